import { type Admission, admitClient } from './admit-client.ts'
import type { Client, ClientStatement, InitialAccessToken } from './client.ts'
import type { Replay, ReplayedAttempt } from './decision.ts'
import { jsonEqual } from './json-equal.ts'
import { lockedMembersOf } from './judge-metadata.ts'
import { type DecisionRecord, newDecisionRecord } from './policy-authority/decision-record.ts'
import type { Attempt, Ports } from './ports.ts'
import { toPreview } from './preview-registration.ts'
import type { Realm } from './realm.ts'
import type { Violation } from './refusal.ts'
import type { ReplayRequest } from './requests.ts'
import type { StatementInForce } from './software-statement/admit-statement.ts'
import { mapClaims } from './software-statement/map-claims.ts'

/**
 * The last registrations of a realm, judged by a chain that is not in force: which answers would differ. A signature cannot be
 * judged again after its time, so a statement counts as verified where it was; and counts of clients have changed
 * since, so limits are not looked at.
 */
export async function replayRegistrations(request: ReplayRequest, ports: Ports): Promise<Replay> {
  const attempts = await ports.attempts.list(request.realm.name, request.limit)
  const replayed: ReplayedAttempt[] = []
  for (const attempt of attempts) replayed.push(await replay(attempt, request, ports))
  return { attempts: replayed, differing: replayed.filter(({ differs }) => differs).length }
}

async function replay(attempt: Attempt, request: ReplayRequest, ports: Ports): Promise<ReplayedAttempt> {
  const record: DecisionRecord = newDecisionRecord()
  const then: Ports = { ...ports, now: () => attempt.at }
  const after = await toPreview(record, async () => {
    return { admitted: await admitClient(await admissionOf(attempt, request, ports), then, record) }
  })
  const before = { outcome: attempt.outcome, violations: attempt.violations }
  const differs = before.outcome !== after.outcome || !jsonEqual(codesOf(before.violations), codesOf(after.violations))
  return { id: attempt.id, at: attempt.at, before, after, differs }
}

/** As it was then, as far as it can be known now: the token and, on an update, the client as they are today. */
async function admissionOf(attempt: Attempt, request: ReplayRequest, ports: Ports): Promise<Admission> {
  const realm: Realm = { ...request.realm, policies: request.policies }
  const client = await findClient(attempt, ports)
  const token = await findToken(attempt, ports)
  const statement = statementOf(attempt, realm)
  const { requester, body } = attempt
  return {
    ...{ realm, body, dialect: request.dialectOf(attempt.dialect), operation: client === undefined ? 'create' : 'update' },
    client_id: attempt.client_id ?? attempt.id,
    ...(client === undefined ? {} : { client }),
    defaults: client === undefined ? (token?.defaults ?? {}) : {},
    locked: client === undefined ? (token?.locked ?? {}) : lockedMembersOf(client),
    boundPolicies: client?.boundPolicies ?? token?.policies ?? [],
    requesterOf: () => requester,
    isStatementRequired: false,
    verifiedBefore: { isSigned: requester.isSigned, ...(statement === undefined ? {} : { statement }) },
    isUnrecorded: true,
  }
}

async function findClient({ realm, operation, client_id }: Attempt, { store }: Ports): Promise<Client | undefined> {
  return operation === 'update' && client_id !== undefined ? store.findClient(realm, client_id) : undefined
}

async function findToken({ realm, initialAccessToken }: Attempt, ports: Ports): Promise<InitialAccessToken | undefined> {
  return initialAccessToken === undefined ? undefined : ports.initialAccessTokens.find(realm, initialAccessToken)
}

function statementOf({ statement, body, at }: Attempt, realm: Realm): StatementInForce | undefined {
  const entry = realm.statementIssuers.find(({ id }) => id === statement?.issuerId)
  if (statement === undefined || entry === undefined) return undefined
  const { claims } = statement
  const metadata = mapClaims(claims, entry, realm)
  const { software_statement: raw = '' } = body as { readonly software_statement?: string }
  const kept: ClientStatement = {
    ...{ issuerId: entry.id, issuer: entry.issuer, digest: '', verifiedAt: at, metadata, claims, echoed: {} },
  }
  return { entry, metadata, claims, isNew: true, raw, kept }
}

function codesOf(violations: readonly Violation[]): readonly string[] {
  return violations.map(({ code, member }) => `${code} ${member ?? ''}`)
}
