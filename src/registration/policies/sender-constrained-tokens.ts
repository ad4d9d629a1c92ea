import { Type } from 'typebox'
import { amend, definePolicy, refuse } from '../policy-authority/define-policy.ts'

export default definePolicy({
  name: 'sender-constrained-tokens',
  summary: 'Access tokens are bound to a key or a certificate of the client, so that a stolen one is good for nothing.',
  cites: ['RFC 9449', 'RFC 8705 §3', 'RFC 9700 §2.2.1', 'SEC-TK-04', 'SEC-F2-02'],
  concerns: 'metadata',
  options: Type.Object(
    {
      accepted: Type.Array(Type.Enum(['dpop', 'mtls']), {
        description:
          'The ways that count: DPoP (dpop_bound_access_tokens) and mutual TLS (tls_client_certificate_bound_access_tokens).',
        minItems: 1,
        default: ['dpop', 'mtls'],
      }),
      otherwise: Type.Enum(['refuse', 'amend'], {
        description: 'amend: a client with neither gets the first of those accepted.',
        default: 'refuse',
      }),
    },
    { additionalProperties: false },
  ),

  judge({ metadata }, { accepted, otherwise }) {
    const wanted = accepted.map((way) => members[way])
    const [preferred] = wanted
    if (preferred === undefined || wanted.some((member) => metadata[member] === true)) return []
    if (otherwise === 'amend') return [amend({ [preferred]: true }, 'access tokens are bound to their sender')]
    return [refuse('invalid_client_metadata', preferred, `${wanted.join(' or ')} must be true`)]
  },

  examples: {
    options: { accepted: ['dpop', 'mtls'], otherwise: 'refuse' },
    allows: [{ dpop_bound_access_tokens: true }, { tls_client_certificate_bound_access_tokens: true }],
    refuses: [{}, { dpop_bound_access_tokens: false }],
    cases: [
      {
        title: 'binds the tokens of a client that says nothing',
        options: { accepted: ['mtls'], otherwise: 'amend' },
        given: { operation: 'update', metadata: { dpop_bound_access_tokens: true } },
        yields: [{ amend: { tls_client_certificate_bound_access_tokens: true } }],
      },
    ],
  },
})

const members = { dpop: 'dpop_bound_access_tokens', mtls: 'tls_client_certificate_bound_access_tokens' } as const
