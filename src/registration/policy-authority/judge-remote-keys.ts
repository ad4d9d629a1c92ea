import type { ClientMetadata, JsonObject, JsonValue } from '../client.ts'
import { isJsonObject } from '../metadata/json-shape.ts'
import { Refusal, refuseAll, type Violation } from '../refusal.ts'
import type { ActivePolicy } from './active-policies.ts'
import type { DecisionRecord } from './decision-record.ts'
import { refuse } from './define-policy.ts'
import { violationOf } from './evaluate-policies.ts'

/**
 * The policies that look at what is behind `jwks_uri`: fetched once for all of them, and only where there is one. Later than
 * all others, since a policy may have given the client another address.
 * @throws Refusal with every reason.
 */
export async function judgeRemoteKeys(
  { jwks_uri: uri }: ClientMetadata,
  policies: readonly ActivePolicy[],
  fetchKeySet: (uri: string) => Promise<JsonObject>,
  record: DecisionRecord,
): Promise<void> {
  const judging = policies.flatMap(({ instance, type, options }) =>
    type?.remoteKeys?.isWanted(options) === true ? [{ id: instance.id, rule: type.remoteKeys, options }] : [],
  )
  if (uri === undefined || judging.length === 0) return
  const keys = await keysBehind(uri, fetchKeySet)
  const judged = judging.map(({ id, rule, options }) => {
    const verdicts = keys === undefined ? [unreachable] : rule.judge(keys, options)
    return { id, violations: verdicts.flatMap(violationOf) }
  })
  for (const { id, violations } of judged) record.steps.push(lineOf(id, violations))
  refuseAll(judged.flatMap(({ violations }) => violations))
}

// One text for every cause, as from whoever fetches: nobody learns what stands behind the address (SEC-SSRF-07).
const unreachable = refuse(
  'invalid_client_metadata',
  'jwks_uri',
  'jwks_uri must lead to a JWK Set that this server can fetch while the client registers',
)

async function keysBehind(
  uri: string,
  fetchKeySet: (uri: string) => Promise<JsonObject>,
): Promise<readonly JsonObject[] | undefined> {
  try {
    const { keys } = await fetchKeySet(uri)
    return Array.isArray(keys) ? keys.filter((key: JsonValue) => isJsonObject(key)) : undefined
  } catch (error) {
    if (error instanceof Refusal) return undefined
    throw error
  }
}

function lineOf(policy: string, violations: readonly Violation[]): DecisionRecord['steps'][number] {
  const outcome = violations.length > 0 ? 'refused' : 'passed'
  return { step: 'policy', policy, outcome, amendments: [], violations, remarks: ['keys behind jwks_uri'] }
}
