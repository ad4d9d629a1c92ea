import type { ClientMetadata } from '../client.ts'
import type { Realm } from '../realm.ts'
import type { Violation } from '../refusal.ts'
import { cibaGrant, findGrantType, isConsistent } from './grant-types.ts'
import { violation } from './violation.ts'

/** Grant and response types against each other, and against what the client can do. */
export function checkFlows(metadata: ClientMetadata, { capabilities }: Realm): readonly Violation[] {
  const { grant_types: grants = [], response_types: responses = [], token_endpoint_auth_method: method } = metadata
  const confidential = method === 'none' ? grants.filter((grant) => findGrantType(grant)?.confidential) : []
  return [
    ...(isConsistent({ grants, responses }, capabilities)
      ? []
      : [violation('grant_types', 'and response_types contradict each other (RFC 7591 2.1)')]),
    ...confidential.map((grant) =>
      violation(
        'grant_types',
        `cannot contain ${grant} with token_endpoint_auth_method none; the client must authenticate (RFC 6749 4.4)`,
      ),
    ),
    ...(grants.includes(cibaGrant) ? checkCiba(metadata) : []),
  ]
}

/** CIBA Core 1.0 §4. */
function checkCiba(metadata: ClientMetadata): readonly Violation[] {
  const mode = metadata['backchannel_token_delivery_mode']
  if (mode === undefined) return [violation('backchannel_token_delivery_mode', 'must be given with the CIBA grant type')]
  const isNotified = mode === 'ping' || mode === 'push'
  return isNotified && metadata['backchannel_client_notification_endpoint'] === undefined
    ? [violation('backchannel_client_notification_endpoint', `must be given with backchannel_token_delivery_mode ${mode}`)]
    : []
}
