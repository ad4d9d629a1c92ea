import type { Client, ClientMetadata, ClientStatement, JsonObject, JsonValue } from '../client.ts'
import { type DecisionRecord, recordStep } from '../policy-authority/decision-record.ts'
import type { Ports, UsedIdentifier } from '../ports.ts'
import type { Realm, StatementIssuer } from '../realm.ts'
import { Refusal } from '../refusal.ts'
import { issuerInForce } from './apply-software-statement.ts'
import { statementProblems } from './statement-problems.ts'
import { decodeSignedRequest, verifySignedRequest } from './verify-signed-request.ts'
import { verifySoftwareStatement } from './verify-software-statement.ts'

/** The statement that a client is registered with: one of this request, or the one that it has. */
export interface StatementInForce {
  readonly entry: StatementIssuer
  readonly metadata: ClientMetadata
  readonly claims: JsonObject
  readonly isNew: boolean
  /** As it was sent: it is told again unmodified (RFC 7591 §3.2.1). */
  readonly raw: string
  readonly kept: ClientStatement
}

/** A request whose signatures are verified, as far as it has any. */
export interface AdmittedRequest {
  readonly body: JsonValue
  readonly statement?: StatementInForce
  readonly isSigned: boolean
  /** To be used up by the commit. */
  readonly use: readonly UsedIdentifier[]
}

export interface UnverifiedRequest {
  readonly realm: Realm
  readonly body: JsonValue
  readonly signedRequest?: string
  /** On an update, the client as it is stored. */
  readonly client?: Client
  /** What an update itself says, where `body` is a merge of it with what is stored. */
  readonly patch?: JsonObject
  /** Nobody but software itself needs a statement. */
  readonly isStatementRequired: boolean
  /** A request whose signatures were verified when it came: nothing is verified again after its time. */
  readonly verifiedBefore?: Pick<AdmittedRequest, 'statement' | 'isSigned'>
}

type StatementPorts = Pick<Ports, 'statementKeys' | 'certificates' | 'vault' | 'now'>

/**
 * RFC 7591 §2.3 and §3.1.1, in the one order that is safe: find the statement in a request that nobody believes yet, verify
 * it with its issuer's keys, then the request with the keys that the statement names.
 */
export async function admitStatement(
  request: UnverifiedRequest,
  ports: StatementPorts,
  record: DecisionRecord,
): Promise<AdmittedRequest> {
  const { realm, signedRequest, verifiedBefore } = request
  if (verifiedBefore !== undefined) {
    return { ...verifiedBefore, body: withStatement(request.body, verifiedBefore.statement), use: [] }
  }
  const unverified = signedRequest === undefined ? request.body : decodeSignedRequest(signedRequest)
  const sent = statementIn(unverified)
  checkUpdateRule(request, sent)
  const found = await findStatement({ ...request, sent }, ports, record)
  if (found === undefined && request.isStatementRequired) throw required()
  const statement = found?.statement
  const inForce = statement === undefined ? {} : { statement }
  const use = found?.use ?? []
  if (signedRequest === undefined) return { body: withStatement(unverified, statement), ...inForce, isSigned: false, use }
  if (statement === undefined) throw required()
  const verified = await recordStep(record, 'signature', () =>
    verifySignedRequest(signedRequest, { realm, statement: statement.kept, settings: realm.registration.signedRequests }, ports),
  )
  return { body: withStatement(verified.body, statement), ...inForce, isSigned: true, use: [...use, ...verified.use] }
}

interface FoundStatement {
  readonly statement: StatementInForce
  readonly use: readonly UsedIdentifier[]
}

async function findStatement(
  { realm, client, sent }: UnverifiedRequest & { readonly sent: string | undefined },
  ports: StatementPorts,
  record: DecisionRecord,
): Promise<FoundStatement | undefined> {
  const raw = client?.metadata.software_statement
  if (client?.statement !== undefined && raw !== undefined && (sent ?? raw) === raw) {
    return { statement: keepInForce(client.statement, raw, realm), use: [] }
  }
  if (sent === undefined) return undefined
  const verified = await recordStep(
    record,
    'statement',
    () => verifySoftwareStatement(sent, realm, ports),
    ({ issuer }) => ({ remarks: [`the statement of ${issuer.issuer} is trusted`] }),
  )
  const { issuer: entry, metadata, claims, clientStatement: kept, use } = verified
  return { statement: { entry, metadata, claims, isNew: true, raw: sent, kept }, use }
}

/** A statement stands as long as its issuer is trusted; what it attested cannot be changed without another one. */
function keepInForce(kept: ClientStatement, raw: string, realm: Realm): StatementInForce {
  return { entry: issuerInForce(kept, realm), metadata: kept.metadata, claims: kept.claims, isNew: false, raw, kept }
}

function checkUpdateRule({ client, realm, patch, signedRequest }: UnverifiedRequest, sent: string | undefined): void {
  if (client === undefined) return
  const { onUpdate } = realm.registration.softwareStatements
  const isSent = patch === undefined || signedRequest !== undefined ? sent !== undefined : statementIn(patch) !== undefined
  if (onUpdate === 'refuse' && isSent) {
    throw new Refusal('invalid_software_statement', statementProblems.inUpdate, { member: 'software_statement' })
  }
  if (onUpdate === 'require' && !isSent && client.statement !== undefined) throw required()
}

/** What was sent under the name, if it can be a statement at all; anything else is refused where members are read. */
function statementIn(body: JsonValue): string | undefined {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return undefined
  const { software_statement: statement } = body as JsonObject
  return typeof statement === 'string' && statement !== '' ? statement : undefined
}

/** The one in force is a member of the client, whether or not an update repeats it (DCR-SS-09). */
function withStatement(body: JsonValue, statement: StatementInForce | undefined): JsonValue {
  if (statement === undefined || typeof body !== 'object' || body === null || Array.isArray(body)) return body
  return { ...(body as JsonObject), software_statement: statement.raw }
}

function required(): Refusal {
  return new Refusal('software_statement_required', statementProblems.missing, { member: 'software_statement' })
}
