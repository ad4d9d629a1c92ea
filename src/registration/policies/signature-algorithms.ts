import { Type } from 'typebox'
import { oneOf } from '../metadata/echo.ts'
import { effectiveSigningAlgorithms, signingMembers } from '../metadata/effective-algorithms.ts'
import { amend, definePolicy, refuse, type Verdict } from '../policy-authority/define-policy.ts'

export default definePolicy({
  name: 'signature-algorithms',
  summary: 'Whatever is signed by or for a client is signed with an algorithm that the operator lists.',
  cites: ['RFC 8725 §3.1', 'OBUK-RQ-15', 'OBUK-RQ-16', 'OBUK-RQ-17', 'OBUK-RQ-21', 'CDR-08', 'OFBR-D-01', 'SEC-F2-07'],
  concerns: 'metadata',
  options: Type.Object(
    {
      algorithms: Type.Array(Type.String({ minLength: 1 }), {
        description: 'Algorithms that are accepted (RFC 7518), the preferred one first.',
        minItems: 1,
        default: ['PS256', 'ES256'],
      }),
      members: Type.Record(Type.String(), Type.Array(Type.String({ minLength: 1 }), { minItems: 1 }), {
        description: 'Lists of their own for single members, such as id_token_signed_response_alg; the preferred one first.',
        default: {},
      }),
      required: Type.Array(Type.String(), {
        description: 'Members that have to be there, where leaving them out would mean that any algorithm, or none, will do.',
        default: [],
      }),
      otherwise: Type.Enum(['refuse', 'replace'], {
        description: 'refuse: a client with another algorithm is refused. replace: it gets the preferred one.',
        default: 'refuse',
      }),
    },
    { additionalProperties: false },
  ),

  judge({ metadata }, { algorithms, members, required, otherwise }) {
    const effective = effectiveSigningAlgorithms(metadata)
    const others = [...Object.keys(members), ...required]
    const all = others.length === 0 ? signingMembers : new Set([...signingMembers, ...others])
    return [...all].flatMap((member): readonly Verdict[] => {
      const accepted = members[member] ?? algorithms
      const value = metadata[member] ?? effective[member]
      const isMissing = value === undefined && required.includes(member)
      if (!isMissing && (value === undefined || accepted.includes(String(value)))) return []
      if (otherwise === 'replace') {
        return [amend({ [member]: accepted[0] }, `${member} becomes an algorithm that this realm accepts`)]
      }
      return [refuse('invalid_client_metadata', member, `${member} must be ${oneOf(accepted)}`)]
    })
  },

  examples: {
    options: { algorithms: ['PS256', 'ES256'], members: {}, required: ['request_object_signing_alg'], otherwise: 'refuse' },
    allows: [
      {
        token_endpoint_auth_method: 'private_key_jwt',
        token_endpoint_auth_signing_alg: 'PS256',
        id_token_signed_response_alg: 'ES256',
        request_object_signing_alg: 'PS256',
      },
      { grant_types: ['client_credentials'], response_types: [], request_object_signing_alg: 'ES256' },
    ],
    refuses: [
      { id_token_signed_response_alg: 'RS256', request_object_signing_alg: 'PS256' },
      { request_object_signing_alg: 'PS256' },
      { id_token_signed_response_alg: 'PS256' },
      { id_token_signed_response_alg: 'PS256', request_object_signing_alg: 'none' },
      {
        id_token_signed_response_alg: 'PS256',
        request_object_signing_alg: 'PS256',
        token_endpoint_auth_method: 'private_key_jwt',
      },
      {
        id_token_signed_response_alg: 'PS256',
        request_object_signing_alg: 'PS256',
        userinfo_signed_response_alg: 'HS256',
      },
    ],
    cases: [
      {
        title: 'replaces what is not accepted, said or not',
        options: {
          algorithms: ['PS256'],
          members: { userinfo_signed_response_alg: ['ES256'] },
          required: [],
          otherwise: 'replace',
        },
        given: { operation: 'update', metadata: { userinfo_signed_response_alg: 'RS256' } },
        yields: [{ amend: { id_token_signed_response_alg: 'PS256' } }, { amend: { userinfo_signed_response_alg: 'ES256' } }],
      },
    ],
  },
})
