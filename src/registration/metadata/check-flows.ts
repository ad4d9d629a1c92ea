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
  if (metadata['backchannel_token_delivery_mode'] !== undefined) return checkNotification(metadata)
  return [
    violation('backchannel_token_delivery_mode', 'must be given with the CIBA grant type', {
      kind: 'missing',
      about: ['backchannel_token_delivery_mode'],
    }),
  ]
}

/** Who is notified says where. */
export function checkNotification(metadata: ClientMetadata): readonly Violation[] {
  const mode = metadata['backchannel_token_delivery_mode']
  const member = 'backchannel_client_notification_endpoint'
  if ((mode !== 'ping' && mode !== 'push') || metadata[member] !== undefined) return []
  return [violation(member, `must be given with backchannel_token_delivery_mode ${mode}`, { kind: 'missing', about: [member] })]
}
