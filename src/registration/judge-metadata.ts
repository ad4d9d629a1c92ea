import type { Client, ClientMetadata, JsonObject, JsonValue } from './client.ts'
import { jsonEqual } from './json-equal.ts'
import type { Amendment } from './metadata/amendment.ts'
import {
  checkCertificateIssuer,
  checkConsistency,
  checkRequiredProperties,
  checkSectorDocument,
  completeMetadata,
  parseMetadata,
  readDialect,
  requiresSectorDocument,
  resolveAliases,
  splitMemberName,
} from './metadata/index.ts'
import { activePolicies, applicablePolicies } from './policy-authority/active-policies.ts'
import { type DecisionRecord, recordStep } from './policy-authority/decision-record.ts'
import type { PolicyClient, PolicyContext, Requester } from './policy-authority/define-policy.ts'
import { type Evaluation, evaluatePolicies } from './policy-authority/evaluate-policies.ts'
import { judgeRemoteKeys } from './policy-authority/judge-remote-keys.ts'
import type { Ports } from './ports.ts'
import type { Realm } from './realm.ts'
import { refuseAll } from './refusal.ts'
import type { DialectRules } from './requests.ts'
import type { StatementInForce } from './software-statement/admit-statement.ts'
import { applySoftwareStatement } from './software-statement/apply-software-statement.ts'

/** Everything that a judgement of client metadata depends on, whichever way the metadata came in. */
export interface Judgement {
  readonly realm: Realm
  readonly dialect: DialectRules
  readonly operation: 'create' | 'update'
  readonly body: JsonValue
  /** Defaults that win over the dialect's and the realm's, for members that are left out. */
  readonly defaults: ClientMetadata
  /**
   * Members with a fixed value: leaving one out or repeating it is fine, anything else is refused, a variant in another
   * language included. `undefined`: fixed to be absent.
   */
  readonly locked: LockedMembers
  readonly requester: Requester
  /** Policies that the initial access token bound the client to. */
  readonly boundPolicies: readonly string[]
  /** On an update, the client as it is stored. */
  readonly client?: Client
  readonly statement?: StatementInForce
  /** What is made of it is an agent. */
  readonly isForAgents?: boolean
}

export type LockedMembers = Readonly<Record<string, JsonValue | undefined>>

/** What came of it: `amendments` are what came in differently from what goes out, and why. */
export interface JudgedMetadata extends Omit<Evaluation, 'metadata'> {
  readonly metadata: ClientMetadata
}

type JudgementPorts = Pick<Ports, 'sectorDocuments' | 'statementKeys' | 'policies' | 'now'>

/**
 * The part of admission that every path shares – register, update, merge, an administrator's edit, import, provision, preview –
 * so that none of them can be a way around the others: read, lock, attest, complete, check, judge. Policies judge a client that
 * is whole and well-formed; what they amend is completed and checked like what a client sends.
 */
export async function judgeMetadata(
  judgement: Judgement,
  ports: JudgementPorts,
  record: DecisionRecord,
): Promise<JudgedMetadata> {
  const { realm } = judgement
  const complete = await completeAndCheck(judgement, record)
  const context = policyContextOf(judgement, complete, ports)
  const policies = applicablePolicies(activePolicies(realm, ports.policies), context, judgement.boundPolicies)
  const evaluation = await evaluatePolicies(context, { policies, settle: (amended) => settle(amended, judgement) }, record)
  const { metadata } = evaluation
  const sectorIdentifierUri = metadata.sector_identifier_uri
  if (sectorIdentifierUri !== undefined && requiresSectorDocument(metadata, realm)) {
    await recordStep(record, 'consistency', async () =>
      checkSectorDocument(metadata, await ports.sectorDocuments.fetch(realm, sectorIdentifierUri)),
    )
  }
  await judgeRemoteKeys(metadata, policies, (uri) => ports.statementKeys.fetch(realm, uri), record)
  return { ...evaluation, amendments: [...complete.amendments, ...evaluation.amendments] }
}

interface Completed {
  readonly metadata: ClientMetadata
  readonly amendments: readonly Amendment[]
}

interface CompletedRequest extends Completed {
  readonly requested: ClientMetadata
}

async function completeAndCheck(judgement: Judgement, record: DecisionRecord): Promise<CompletedRequest> {
  const { realm, dialect, body, locked, statement } = judgement
  const requested = await recordStep(record, 'read', async () => {
    const parsed = parseMetadata(resolveAliases(await readDialect(body, dialect.words), realm), realm)
    refuseOtherThanLocked(parsed, locked)
    return parsed
  })
  const attested =
    statement === undefined
      ? { metadata: requested, amendments: [] }
      : await recordStep(record, 'statement', () => attest(requested, statement), toldOf)
  const complete = await recordStep(record, 'complete', () => completeAttested(attested.metadata, judgement), toldOf)
  await recordStep(record, 'consistency', () => checkWhole(complete.metadata, judgement))
  return { requested, metadata: complete.metadata, amendments: [...attested.amendments, ...complete.amendments] }
}

/** The judgement as far as it needs nobody else: for `config check`, before there are policies or a statement. */
export function judgeWithoutOthers(judgement: Pick<Judgement, 'realm' | 'dialect' | 'body' | 'defaults' | 'locked'>): Completed {
  const requested = parseMetadata(judgement.body, judgement.realm)
  refuseOtherThanLocked(requested, judgement.locked)
  const complete = completeAttested(requested, judgement)
  checkConsistency(complete.metadata, judgement.realm)
  return complete
}

function attest(requested: ClientMetadata, { entry, metadata }: StatementInForce): Completed {
  const attested = applySoftwareStatement(requested, { metadata, issuer: entry })
  refuseAll(attested.violations)
  return attested
}

function completeAttested(
  attested: ClientMetadata,
  { realm, dialect, defaults, locked }: Pick<Judgement, 'realm' | 'dialect' | 'defaults' | 'locked'>,
): Completed {
  const layers = [defaults, dialect.defaults, realm.registration.clientDefaults]
  const complete = completeMetadata({ ...attested, ...present(locked) }, layers, realm, dialect)
  refuseOtherThanLocked(complete.metadata, locked)
  return complete
}

/** What a policy made of a client, by the same rules: of the right type, served here, consistent. The policy is not asked for defaults. */
function settle(amended: ClientMetadata, judgement: Judgement): ClientMetadata {
  const { realm, locked } = judgement
  const parsed = parseMetadata(amended as JsonValue, realm)
  const { metadata } = completeMetadata(parsed, [], realm, { repairsContradictions: true })
  refuseOtherThanLocked(metadata, locked)
  checkWhole(metadata, judgement)
  return metadata
}

function checkWhole(metadata: ClientMetadata, { realm, requester }: Judgement): void {
  checkConsistency(metadata, realm)
  // What the operator writes into the configuration file is the operator's own.
  if (requester.channel !== 'provisioned') refuseAll(checkRequiredProperties(metadata, realm))
  if (!['provisioned', 'administrator'].includes(requester.channel)) refuseAll(checkCertificateIssuer(metadata, realm))
}

function policyContextOf(
  { realm, operation, requester, client, statement, isForAgents }: Judgement,
  { metadata, requested }: CompletedRequest,
  { now }: Pick<Ports, 'now'>,
): PolicyContext {
  return {
    operation,
    metadata,
    requested,
    requester,
    isAgent: isForAgents === true || client?.agent !== undefined,
    ...(client === undefined ? {} : { client: policyClientOf(client) }),
    ...(statement === undefined
      ? {}
      : { statement: { issuer: statement.entry.issuer, claims: statement.claims, isNew: statement.isNew } }),
    realm: policyRealmOf(realm),
    now: now(),
  }
}

/** What policies may know of a client: nothing about its credentials. */
export function policyClientOf({ client_id, client_id_issued_at, channel, state, metadata }: Client): PolicyClient {
  return { client_id, client_id_issued_at, channel, state, metadata }
}

export function policyRealmOf({ name, issuer, scopes, scopeGroups }: Realm): PolicyContext['realm'] {
  return { name, issuer, scopes: [...scopes, ...scopeGroups].map((scope) => scope.name) }
}

function toldOf({ amendments }: Completed): Pick<Completed, 'amendments'> {
  return { amendments }
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
  if (Object.keys(locked).length === 0) return
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
