import type { ClientMetadata, JsonObject, JsonValue } from './client.ts'
import { jsonEqual } from './json-equal.ts'
import type { Amendment } from './metadata/amendment.ts'
import {
  checkConsistency,
  checkSectorDocument,
  completeMetadata,
  parseMetadata,
  requiresSectorDocument,
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
  /** Members with a fixed value: leaving one out or repeating it is fine, anything else is refused. */
  readonly locked: ClientMetadata
}

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
  const { realm, dialect, locked } = judgement
  const requested = parseMetadata(judgement.body, realm)
  refuseSoftwareStatement(requested)
  refuseOtherThanLocked(requested, locked)
  const layers = [judgement.defaults, dialect.defaults, realm.registration.clientDefaults]
  const complete = completeMetadata({ ...requested, ...locked }, layers, realm, dialect)
  refuseOtherThanLocked(complete.metadata, locked)
  checkConsistency(complete.metadata, realm)
  const sectorIdentifierUri = complete.metadata.sector_identifier_uri
  if (sectorIdentifierUri !== undefined && requiresSectorDocument(complete.metadata)) {
    checkSectorDocument(complete.metadata, await ports.sectorDocuments.fetch(realm, sectorIdentifierUri))
  }
  return complete
}

/** The members of `metadata` whose names are `names`: what an earlier registration fixed. */
export function pickMembers(metadata: ClientMetadata, names: readonly string[]): ClientMetadata {
  return Object.fromEntries(Object.entries(metadata).filter(([name]) => names.includes(name)))
}

/** What differs between two states of the metadata, for the audit trail and the history. */
export function changedMembers(before: ClientMetadata, after: ClientMetadata): JsonObject {
  const names = new Set([...Object.keys(before), ...Object.keys(after)])
  const changed = [...names].filter((name) => !jsonEqual(before[name], after[name]))
  return Object.fromEntries(changed.map((name) => [name, { from: before[name] ?? null, to: after[name] ?? null }]))
}

function refuseOtherThanLocked(metadata: ClientMetadata, locked: ClientMetadata): void {
  refuseAll(
    Object.entries(locked)
      .filter(([name, value]) => metadata[name] !== undefined && !isSameMember(name, metadata[name], value))
      .map(([member]) => ({
        code: member === 'redirect_uris' ? 'invalid_redirect_uri' : 'invalid_client_metadata',
        member,
        reason: `${member} is fixed by the initial access token and cannot have another value`,
      })),
  )
}

/** The words of a scope have no order (RFC 6749 §3.3). */
function isSameMember(name: string, left: JsonValue | undefined, right: JsonValue | undefined): boolean {
  if (name !== 'scope' || typeof left !== 'string' || typeof right !== 'string') return jsonEqual(left, right)
  return jsonEqual(left.split(' ').sort(), right.split(' ').sort())
}
