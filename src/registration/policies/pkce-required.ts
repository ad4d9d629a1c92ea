import { Type } from 'typebox'
import { usesCode } from '../metadata/effective-metadata.ts'
import { amend, definePolicy, refuse } from '../policy-authority/define-policy.ts'

export default definePolicy({
  name: 'pkce-required',
  summary: 'Clients that get authorization codes have to use PKCE (S256) in every authorization request.',
  cites: ['RFC 7636', 'RFC 9700 §2.1.1', 'SEC-PK-01', 'PING-11'],
  concerns: 'metadata',
  options: Type.Object(
    {
      confidentialClients: Type.Enum(['required', 'exempt'], {
        description:
          'exempt: clients that authenticate at the token endpoint decide for themselves. Public and native clients need PKCE in any case.',
        default: 'required',
      }),
      otherwise: Type.Enum(['amend', 'refuse'], {
        description: 'amend: require_proof_key_for_code_exchange becomes true. refuse: a client has to register it so by itself.',
        default: 'amend',
      }),
    },
    { additionalProperties: false },
  ),

  judge({ metadata }, { confidentialClients, otherwise }) {
    if (!usesCode(metadata) || metadata[member] === true) return []
    const isPublic = metadata.token_endpoint_auth_method === 'none' || metadata.application_type === 'native'
    if (confidentialClients === 'exempt' && !isPublic) return []
    if (otherwise === 'amend') return [amend({ [member]: true }, 'authorization codes are bound to a proof key')]
    return [refuse('invalid_client_metadata', member, `${member} must be true for a client with the authorization_code grant`)]
  },

  examples: {
    options: { confidentialClients: 'required', otherwise: 'refuse' },
    allows: [
      { grant_types: ['authorization_code'], require_proof_key_for_code_exchange: true },
      { grant_types: ['client_credentials'], response_types: [] },
    ],
    refuses: [
      {},
      { grant_types: ['authorization_code'], require_proof_key_for_code_exchange: false },
      { response_types: ['code id_token'], grant_types: ['authorization_code', 'implicit'] },
    ],
    cases: [
      {
        title: 'switches it on, whatever the client says',
        options: { confidentialClients: 'required', otherwise: 'amend' },
        given: { operation: 'update', metadata: { response_types: ['code'], require_proof_key_for_code_exchange: false } },
        yields: [{ amend: { require_proof_key_for_code_exchange: true } }],
      },
      {
        title: 'can leave it to clients that authenticate',
        options: { confidentialClients: 'exempt', otherwise: 'amend' },
        given: { metadata: { token_endpoint_auth_method: 'private_key_jwt' } },
        yields: [],
      },
    ],
  },
})

const member = 'require_proof_key_for_code_exchange'
