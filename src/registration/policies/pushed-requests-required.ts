import { Type } from 'typebox'
import { effectiveGrantTypes } from '../metadata/effective-metadata.ts'
import { amend, definePolicy, refuse } from '../policy-authority/define-policy.ts'

export default definePolicy({
  name: 'pushed-requests-required',
  summary: 'Authorization requests come over the back channel or signed, where nobody in between can change them.',
  cites: ['RFC 9126 §6', 'RFC 9101 §10.5', 'SEC-F2-03', 'PING-11'],
  concerns: 'metadata',
  options: Type.Object(
    {
      requests: Type.Enum(['pushed', 'signed', 'pushed-and-signed'], {
        description: 'pushed: by PAR (require_pushed_authorization_requests). signed: as a JWT (require_signed_request_object).',
        default: 'pushed',
      }),
      otherwise: Type.Enum(['amend', 'refuse'], {
        description: 'amend: the members become true. refuse: a client has to register them so by itself.',
        default: 'amend',
      }),
    },
    { additionalProperties: false },
  ),

  judge({ metadata }, { requests, otherwise }) {
    const isRedirected = effectiveGrantTypes(metadata).some((grant) => grant === 'authorization_code' || grant === 'implicit')
    const lacking = membersOf[requests].filter((member) => metadata[member] !== true)
    if (!isRedirected || lacking.length === 0) return []
    if (otherwise === 'amend') {
      return [
        amend(Object.fromEntries(lacking.map((member) => [member, true])), 'authorization requests are protected from change'),
      ]
    }
    return lacking.map((member) => refuse('invalid_client_metadata', member, `${member} must be true`))
  },

  examples: {
    options: { requests: 'pushed', otherwise: 'refuse' },
    allows: [{ require_pushed_authorization_requests: true }, { grant_types: ['client_credentials'] }],
    refuses: [{}, { require_pushed_authorization_requests: false, require_signed_request_object: true }],
    cases: [
      {
        title: 'switches on what is lacking',
        options: { requests: 'pushed-and-signed', otherwise: 'amend' },
        given: { operation: 'update', metadata: { require_signed_request_object: true } },
        yields: [{ amend: { require_pushed_authorization_requests: true } }],
      },
    ],
  },
})

const membersOf = {
  pushed: ['require_pushed_authorization_requests'],
  signed: ['require_signed_request_object'],
  'pushed-and-signed': ['require_pushed_authorization_requests', 'require_signed_request_object'],
} as const
