import type { Client, ClientMetadata, JsonObject, JsonValue } from './client.ts'
import type { EpochSeconds } from './epoch-seconds.ts'
import { type JudgedMetadata, judgeMetadata, type LockedMembers } from './judge-metadata.ts'
import { type DecisionRecord, recordStep } from './policy-authority/decision-record.ts'
import type { Requester } from './policy-authority/define-policy.ts'
import type { Attempt, Ports } from './ports.ts'
import type { Realm } from './realm.ts'
import { Refusal, type Violation } from './refusal.ts'
import type { DialectRules } from './requests.ts'
import { type AdmittedRequest, admitStatement } from './software-statement/admit-statement.ts'
import { withoutSecrets } from './without-secrets.ts'

/** A request that is to become a client, or to change one, by whichever way it came in. */
export interface Admission {
  readonly realm: Realm
  readonly dialect: DialectRules
  readonly operation: 'create' | 'update'
  /** Known before, since the engine's model needs one. */
  readonly client_id: string
  readonly body: JsonValue
  readonly signedRequest?: string
  /** What a merge said, where `body` is what came of it. */
  readonly patch?: JsonObject
  readonly client?: Client
  readonly defaults: ClientMetadata
  readonly locked: LockedMembers
  readonly boundPolicies: readonly string[]
  /** Depends on what the request turns out to be: attested or not, signed or not. */
  readonly requesterOf: (admitted: { readonly isSigned: boolean; readonly isAttested: boolean }) => Requester
  readonly isStatementRequired: boolean
  /** What is made of it is an agent. */
  readonly isForAgents?: boolean
  readonly verifiedBefore?: Pick<AdmittedRequest, 'statement' | 'isSigned'>
  /** Set where nothing is to be kept of the attempt: a preview, a provisioned client. */
  readonly isUnrecorded?: boolean
}

export interface Admitted {
  readonly judged: JudgedMetadata
  readonly request: AdmittedRequest
  readonly requester: Requester
}

/** Verify, judge, and ask the engine for the last word. Nothing is written; the record tells what every step did. */
export async function admitClient(admission: Admission, ports: Ports, record: DecisionRecord): Promise<Admitted> {
  const request = await admitStatement(admission, ports, record)
  const requester = admission.requesterOf({ isSigned: request.isSigned, isAttested: request.statement !== undefined })
  const admitted = { request, requester }
  try {
    const judged = await judge(admission, admitted, ports, record)
    const outcome = judged.holds.length > 0 ? 'held' : 'registered'
    remember({ admission, admitted, outcome, violations: [] }, ports)
    return { ...admitted, judged }
  } catch (error) {
    if (error instanceof Refusal) {
      remember({ admission, admitted, outcome: 'refused', violations: error.violations }, ports)
    }
    throw error
  }
}

async function judge(
  admission: Admission,
  { request, requester }: Omit<Admitted, 'judged'>,
  ports: Ports,
  record: DecisionRecord,
): Promise<JudgedMetadata> {
  const { statement } = request
  refuseChosenId(admission, request.body)
  const judgement = { ...admission, body: request.body, requester, ...(statement === undefined ? {} : { statement }) }
  const judged = await judgeMetadata(judgement, ports, record)
  await recordStep(record, 'engine', () => ports.engine.accept(admission.realm, admission.client_id, judged.metadata))
  return judged
}

/** Elsewhere the member is ignored; who registers an agent with it means another agent, and would get a second one. */
function refuseChosenId({ isForAgents, operation }: Admission, body: JsonValue): void {
  if (isForAgents !== true || operation !== 'create') return
  const { client_id = null } = typeof body === 'object' && body !== null ? (body as JsonObject) : {}
  if (client_id === null || client_id === '') return
  throw new Refusal('invalid_client_metadata', 'client_id is given to an agent, and cannot be chosen; leave it out', {
    member: 'client_id',
  })
}

/** When the client ends: what the policies say now, or what they said before where none of them had a say this time. */
export function expiryOf({ lifetimeSeconds }: JudgedMetadata, issuedAt: EpochSeconds, client?: Client): EpochSeconds | undefined {
  return lifetimeSeconds === undefined ? client?.expiresAt : issuedAt + lifetimeSeconds
}

interface Outcome {
  readonly admission: Admission
  readonly admitted: Omit<Admitted, 'judged'>
  readonly outcome: Attempt['outcome']
  readonly violations: readonly Violation[]
}

function remember({ admission, admitted, outcome, violations }: Outcome, { attempts, entropy, now }: Ports): void {
  if (admission.isUnrecorded === true) return
  const { request, requester } = admitted
  const { statement } = request
  attempts.record({
    realm: admission.realm.name,
    id: entropy.id(),
    at: now(),
    operation: admission.operation,
    dialect: admission.dialect.name,
    requester,
    body: withoutSecrets(request.body),
    ...(statement === undefined ? {} : { statement: { issuerId: statement.entry.id, claims: statement.claims } }),
    ...(requester.initialAccessToken === undefined ? {} : { initialAccessToken: requester.initialAccessToken.id }),
    ...(admission.client === undefined ? {} : { client_id: admission.client_id }),
    outcome,
    violations,
  })
}
