import type { ClientMetadata } from '../client.ts'
import { amend, type Draft } from './draft.ts'
import { cibaGrant } from './grant-types.ts'
import { keyNeeds } from './key-needs.ts'
import { isEmptyKeySet } from './key-set.ts'

/** What can have no effect on this client goes: the answer shows what will be honoured, and nothing else. */
export function dropIneffective(draft: Draft): Draft {
  const { metadata } = draft
  return Object.keys(metadata)
    .flatMap((member) =>
      rules
        .filter(({ concerns, isIneffective }) => concerns(member) && isIneffective(metadata))
        .map(({ reason }) => ({ member, reason })),
    )
    .reduce((dropping, { member, reason }) => amend(dropping, member, undefined, reason), draft)
}

interface Rule {
  readonly concerns: (member: string) => boolean
  readonly isIneffective: (metadata: ClientMetadata) => boolean
  readonly reason: string
}

const cibaMembers = [
  'backchannel_token_delivery_mode',
  'backchannel_client_notification_endpoint',
  'backchannel_authentication_request_signing_alg',
  'backchannel_user_code_parameter',
]

const rules: readonly Rule[] = [
  {
    concerns: (member) => member === 'token_endpoint_auth_signing_alg',
    isIneffective: ({ token_endpoint_auth_method: method }) => method !== 'private_key_jwt' && method !== 'client_secret_jwt',
    reason: 'the client does not authenticate with a signed assertion',
  },
  {
    concerns: (member) => member.startsWith('tls_client_auth_'),
    isIneffective: ({ token_endpoint_auth_method: method }) => method !== 'tls_client_auth',
    reason: 'the client does not authenticate with a certificate of a trusted authority',
  },
  {
    concerns: (member) => cibaMembers.includes(member),
    isIneffective: ({ grant_types: grants = [] }) => !grants.includes(cibaGrant),
    reason: 'the client does not use backchannel authentication',
  },
  {
    concerns: (member) => member === 'jwks',
    isIneffective: (metadata) =>
      metadata.jwks_uri === undefined && isEmptyKeySet(metadata.jwks) && keyNeeds(metadata).length === 0,
    reason: 'the key set is empty, and the client needs no keys',
  },
]
