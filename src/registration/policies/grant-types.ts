import { Type } from 'typebox'
import { oneOf } from '../metadata/echo.ts'
import { effectiveGrantTypes, effectiveResponseTypes } from '../metadata/effective-metadata.ts'
import { consistentPart } from '../metadata/grant-types.ts'
import { amend, definePolicy, refuse } from '../policy-authority/define-policy.ts'

export default definePolicy({
  name: 'grant-types',
  summary: 'Clients use only the grant types that the operator lists.',
  cites: ['RFC 7591 §2', 'RFC 9700 §2.1.2', 'OBUK-RQ-09', 'CDR-09'],
  concerns: 'metadata',
  options: Type.Object(
    {
      allowed: Type.Array(Type.String({ minLength: 1 }), {
        description: 'Grant types that a client may have.',
        default: ['authorization_code', 'refresh_token'],
      }),
      otherwise: Type.Enum(['refuse', 'narrow'], {
        description: 'refuse: a client that names another is refused. narrow: the others are left out, as long as one remains.',
        default: 'refuse',
      }),
    },
    { additionalProperties: false },
  ),

  judge({ metadata }, { allowed, otherwise }) {
    const grants = effectiveGrantTypes(metadata)
    const kept = grants.filter((grant) => allowed.includes(grant))
    if (kept.length === grants.length) return []
    const flows = consistentPart({ grants: kept, responses: effectiveResponseTypes(metadata) })
    // A refresh token comes of another grant; alone it is none.
    if (otherwise === 'narrow' && flows.grants.some((grant) => grant !== 'refresh_token')) {
      return [
        amend({ grant_types: flows.grants, response_types: flows.responses }, 'grant types that no client may have are left out'),
      ]
    }
    return [refuse('invalid_client_metadata', 'grant_types', `each of grant_types must be ${oneOf(allowed)}`)]
  },

  examples: {
    options: { allowed: ['authorization_code', 'refresh_token'], otherwise: 'refuse' },
    allows: [{ grant_types: ['authorization_code'] }, {}],
    refuses: [{ grant_types: ['client_credentials'] }, { grant_types: ['authorization_code', 'implicit'] }],
    cases: [
      {
        title: 'leaves out the grant and the response types that lose it',
        options: { allowed: ['authorization_code', 'refresh_token'], otherwise: 'narrow' },
        given: { metadata: { grant_types: ['authorization_code', 'implicit'], response_types: ['code', 'id_token'] } },
        yields: [{ amend: { grant_types: ['authorization_code'], response_types: ['code'] } }],
      },
      {
        title: 'refuses a client that would keep nothing but refresh tokens',
        options: { allowed: ['refresh_token'], otherwise: 'narrow' },
        given: { metadata: { grant_types: ['client_credentials', 'refresh_token'] } },
        yields: ['refuse'],
      },
      {
        title: 'reads a missing member as authorization_code',
        options: { allowed: ['client_credentials'], otherwise: 'refuse' },
        given: { operation: 'update', metadata: {} },
        yields: ['refuse'],
      },
    ],
  },
})
