import type { Client, ClientMetadata, JsonObject, JsonValue } from './client.ts'
import { jsonEqual } from './json-equal.ts'
import type { Amendment } from './metadata/amendment.ts'
import {
  checkConsistency,
  checkSectorDocument,
  completeMetadata,
  parseMetadata,
  requiresSectorDocument,
  splitMemberName,
} from './metadata/index.ts'
import type { Ports } from './ports.ts'
import type { Realm } from './realm.ts'
import { refuseAll } from './refusal.ts'
import type { DialectRules } from './requests.ts'
import { refuseSoftwareStatement } from './software-statement/refuse-software-statement.ts'

/** Everything that a judgement of client metadata depends on, whichever way the metadata came in. */
export interface Judgement {
  readonly realm: Realm
  readonly dialect: DialectRules
  readonly body: JsonValue
  /** Defaults that win over the dialect's and the realm's, for members that are left out. */
  readonly defaults: ClientMetadata
  /**
   * Members with a fixed value: leaving one out or repeating it is fine, anything else is refused, a variant in another
   * language included. `undefined`: fixed to be absent.
   */
  readonly locked: LockedMembers
}

export type LockedMembers = Readonly<Record<string, JsonValue | undefined>>

export interface JudgedMetadata {
  readonly metadata: ClientMetadata
  /** The decision record: what came in differently from what goes out, and why. */
  readonly amendments: readonly Amendment[]
}

/**
 * The part of admission that every path shares – register, update, merge, provision – so that none of them can be a way
 * around the others: read, lock, complete, check. Only the sector document leaves the domain.
 */
export async function judgeMetadata(judgement: Judgement, ports: Pick<Ports, 'sectorDocuments'>): Promise<JudgedMetadata> {
  const { realm } = judgement
  const complete = judgeWithoutDocuments(judgement)
  const sectorIdentifierUri = complete.metadata.sector_identifier_uri
  if (sectorIdentifierUri !== undefined && requiresSectorDocument(complete.metadata)) {
    checkSectorDocument(complete.metadata, await ports.sectorDocuments.fetch(realm, sectorIdentifierUri))
  }
  return complete
}

/** The judgement as far as it needs nobody else. */
export function judgeWithoutDocuments({ realm, dialect, body, defaults, locked }: Judgement): JudgedMetadata {
  const requested = parseMetadata(body, realm)
  refuseSoftwareStatement(requested)
  refuseOtherThanLocked(requested, locked)
  const layers = [defaults, dialect.defaults, realm.registration.clientDefaults]
  const complete = completeMetadata({ ...requested, ...present(locked) }, layers, realm, dialect)
  refuseOtherThanLocked(complete.metadata, locked)
  checkConsistency(complete.metadata, realm)
  return complete
}

/**
 * What an earlier registration fixed. A locked member without effect was dropped then and its value with it; it stays out,
 * or an update could give it the value that registration refused.
 */
export function lockedMembersOf({ metadata, lockedMembers }: Pick<Client, 'metadata' | 'lockedMembers'>): LockedMembers {
  return Object.fromEntries(lockedMembers.map((name) => [name, metadata[name]]))
}

/** What differs between two states of the metadata, for the audit trail and the history. */
export function changedMembers(before: ClientMetadata, after: ClientMetadata): JsonObject {
  const names = new Set([...Object.keys(before), ...Object.keys(after)])
  const changed = [...names].filter((name) => !jsonEqual(before[name], after[name]))
  return Object.fromEntries(changed.map((name) => [name, { from: before[name] ?? null, to: after[name] ?? null }]))
}

function present(members: LockedMembers): ClientMetadata {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))
}

function refuseOtherThanLocked(metadata: ClientMetadata, locked: LockedMembers): void {
  refuseAll(
    Object.entries(metadata)
      .filter(([name, value]) => isLocked(name, locked) && !isSameMember(name, value, locked[name]))
      .map(([member]) => ({
        code: member === 'redirect_uris' ? 'invalid_redirect_uri' : 'invalid_client_metadata',
        member,
        reason: `${member} is fixed by the initial access token and cannot have another value`,
      })),
  )
}

/** People read a name in their own language: a fixed one must not be outdone by its translation (RFC 7591 §2.2). */
function isLocked(name: string, locked: LockedMembers): boolean {
  return Object.hasOwn(locked, name) || Object.hasOwn(locked, splitMemberName(name).base)
}

/** The words of a scope have no order (RFC 6749 §3.3). */
function isSameMember(name: string, left: JsonValue | undefined, right: JsonValue | undefined): boolean {
  if (name !== 'scope' || typeof left !== 'string' || typeof right !== 'string') return jsonEqual(left, right)
  return jsonEqual(left.split(' ').sort(), right.split(' ').sort())
}
