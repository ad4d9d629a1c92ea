import type { Client } from './client.ts'
import { policyClientOf, policyRealmOf } from './judge-metadata.ts'
import { type ActivePolicy, activePolicies, applicablePolicies } from './policy-authority/active-policies.ts'
import { newDecisionRecord } from './policy-authority/decision-record.ts'
import type { Operation, PolicyContext, Requester } from './policy-authority/define-policy.ts'
import { evaluatePolicies } from './policy-authority/evaluate-policies.ts'
import type { Ports } from './ports.ts'
import type { Realm } from './realm.ts'
import { Refusal } from './refusal.ts'

export interface JudgedOperation {
  readonly realm: Realm
  readonly client: Client
  readonly operation: Operation
  readonly requester: Requester
}

/**
 * Whether the policies let this requester do that to the client as it is. Of an update the policies that are about its outcome
 * judge later, with the outcome at hand; here only those speak that guard it. Where there are no registration access tokens,
 * nothing is done that nobody guards. @throws Refusal
 */
export async function judgeOperation(judged: JudgedOperation, { policies, now }: Pick<Ports, 'policies' | 'now'>): Promise<void> {
  const { realm, client, operation, requester } = judged
  const { metadata, boundPolicies, statement } = client
  const context: PolicyContext = {
    ...{ operation, metadata, requester, client: policyClientOf(client), isAgent: client.agent !== undefined },
    ...(statement === undefined ? {} : { statement: { issuer: statement.issuer, claims: statement.claims, isNew: false } }),
    ...{ realm: policyRealmOf(realm), now: now() },
  }
  const chain = applicablePolicies(activePolicies(realm, policies), context, boundPolicies)
  const isGuarded = chain.some(guards)
  if (realm.registration.registrationAccessTokens === 'disabled' && !isGuarded && !requester.isAdministrator) {
    throw new Refusal('access_denied', `no policy of this realm guards the operation ${operation}, so nobody may do it`)
  }
  const speaking = operation === 'update' ? chain.filter(guards) : chain
  await evaluatePolicies(context, { policies: speaking, settle: (amended) => amended }, newDecisionRecord())
}

/** What is missing guards by failing. */
function guards({ type }: ActivePolicy): boolean {
  return type === undefined || type.guards === true
}
