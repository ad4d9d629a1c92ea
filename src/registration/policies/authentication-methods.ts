import { Type } from 'typebox'
import { oneOf } from '../metadata/echo.ts'
import { effectiveAuthMethod } from '../metadata/effective-metadata.ts'
import { amend, definePolicy, refuse } from '../policy-authority/define-policy.ts'

export default definePolicy({
  name: 'authentication-methods',
  summary: 'Clients authenticate at the token endpoint by one of the methods that the operator lists.',
  cites: ['RFC 7591 §2', 'RFC 9700 §2.5', 'OBUK-RQ-08', 'OFBR-D-04', 'CDR-08', 'SEC-CA-01', 'SEC-F2-01'],
  concerns: 'metadata',
  options: Type.Object(
    {
      allowed: Type.Array(Type.String({ minLength: 1 }), {
        description: 'Values of token_endpoint_auth_method that a client may have, the preferred one first.',
        minItems: 1,
        default: ['private_key_jwt', 'tls_client_auth', 'self_signed_tls_client_auth'],
      }),
      otherwise: Type.Enum(['refuse', 'replace'], {
        description: 'refuse: a client with another method is refused. replace: it gets the first of those allowed instead.',
        default: 'refuse',
      }),
    },
    { additionalProperties: false },
  ),

  judge({ metadata }, { allowed, otherwise }) {
    const method = effectiveAuthMethod(metadata)
    const [preferred] = allowed
    if (allowed.includes(method) || preferred === undefined) return []
    if (otherwise === 'replace') {
      return [amend({ token_endpoint_auth_method: preferred }, 'the method that was asked for is not for clients of this realm')]
    }
    const reason = `token_endpoint_auth_method must be ${oneOf(allowed)}; left out it is client_secret_basic`
    return [refuse('invalid_client_metadata', 'token_endpoint_auth_method', reason)]
  },

  examples: {
    options: { allowed: ['private_key_jwt', 'tls_client_auth'], otherwise: 'refuse' },
    allows: [{ token_endpoint_auth_method: 'private_key_jwt' }, { token_endpoint_auth_method: 'tls_client_auth' }],
    refuses: [{ token_endpoint_auth_method: 'none' }, { token_endpoint_auth_method: 'client_secret_post' }, {}],
    cases: [
      {
        title: 'replaces what is not allowed by what is preferred',
        options: { allowed: ['none'], otherwise: 'replace' },
        given: { operation: 'update', metadata: { token_endpoint_auth_method: 'client_secret_basic' } },
        yields: [{ amend: { token_endpoint_auth_method: 'none' } }],
      },
    ],
  },
})
