import { Type } from 'typebox'
import { oneOf } from '../metadata/echo.ts'
import { effectiveGrantTypes, effectiveResponseTypes } from '../metadata/effective-metadata.ts'
import { canonicalResponseType, consistentPart } from '../metadata/grant-types.ts'
import { amend, definePolicy, refuse } from '../policy-authority/define-policy.ts'

export default definePolicy({
  name: 'response-types',
  summary: 'Clients use only the response types that the operator lists.',
  cites: ['RFC 7591 §2.1', 'RFC 9700 §2.1.2', 'R0.29', 'SEC-TK-01'],
  concerns: 'metadata',
  options: Type.Object(
    {
      allowed: Type.Array(Type.String({ minLength: 1 }), {
        description: 'Response types that a client may have; the order of the words in one means nothing.',
        default: ['code'],
      }),
      otherwise: Type.Enum(['refuse', 'narrow'], {
        description: 'refuse: a client that names another is refused. narrow: the others are left out, as long as one remains.',
        default: 'refuse',
      }),
    },
    { additionalProperties: false },
  ),

  judge({ metadata }, { allowed, otherwise }) {
    const permitted = new Set(allowed.map(canonicalResponseType))
    const responses = effectiveResponseTypes(metadata)
    const kept = responses.filter((response) => permitted.has(response))
    if (kept.length === responses.length) return []
    if (otherwise === 'narrow' && kept.length > 0) {
      const flows = consistentPart({ grants: effectiveGrantTypes(metadata), responses: kept })
      return [
        amend(
          { response_types: flows.responses, grant_types: flows.grants },
          'response types that no client may have are left out',
        ),
      ]
    }
    const reason = `each of response_types must be ${oneOf(allowed)}`
    return [refuse('invalid_client_metadata', 'response_types', reason)]
  },

  examples: {
    options: { allowed: ['code', 'code id_token'], otherwise: 'refuse' },
    allows: [{ response_types: ['code'] }, { response_types: ['id_token code'] }, { grant_types: ['client_credentials'] }],
    refuses: [{ response_types: ['code', 'token'] }, { response_types: ['code token'] }],
    cases: [
      {
        title: 'leaves out what no client may have',
        options: { allowed: ['code'], otherwise: 'narrow' },
        given: { metadata: { response_types: ['code', 'token'], grant_types: ['authorization_code', 'implicit'] } },
        yields: [{ amend: { response_types: ['code'], grant_types: ['authorization_code'] } }],
      },
      {
        title: 'refuses a client of which nothing would remain',
        options: { allowed: ['code'], otherwise: 'narrow' },
        given: { metadata: { response_types: ['token'], grant_types: ['implicit'] } },
        yields: ['refuse'],
      },
      {
        title: 'reads a missing member as the standard does',
        options: { allowed: ['id_token'], otherwise: 'refuse' },
        given: { metadata: {} },
        yields: ['refuse'],
      },
    ],
  },
})
