import { Type } from 'typebox'
import { isOfElementType, isOfMemberType } from '../metadata/is-of-member-type.ts'
import { isThere, meetsCondition } from '../metadata/member-condition.ts'
import { memberConditionSchema } from '../metadata/member-condition-schema.ts'
import { judgeValue } from '../metadata/member-rule.ts'
import { variantsOf } from '../metadata/member-values.ts'
import { refusalCodeOf } from '../metadata/refusal-code-of.ts'
import { amend, definePolicy, refuse, type Verdict } from '../policy-authority/define-policy.ts'

const names = (description: string) => Type.Array(Type.String({ minLength: 1 }), { description, default: [] })
const scalar = Type.Union([Type.String(), Type.Number(), Type.Boolean()])

const rule = Type.Refine(
  Type.Object(
    {
      member: Type.String({ minLength: 1, description: 'The member that the rule is about.' }),
      values: Type.Optional(
        Type.Array(scalar, {
          description:
            'Accepted values, the preferred one first; of an array each element, of scope each word has to be among them.',
          minItems: 1,
        }),
      ),
      fixed: Type.Optional(Type.Unknown({ description: 'The only value that is accepted, whatever JSON it is.' })),
      default: Type.Optional(Type.Unknown({ description: 'The value of clients that leave the member out.' })),
      charactersMax: Type.Optional(
        Type.Integer({ minimum: 1, description: 'How long a text, or each text of an array, may be.' }),
      ),
      otherwise: Type.Enum(['refuse', 'replace', 'remove'], {
        description:
          'refuse: other values are refused. replace: they become the fixed or the preferred value, and what is accepted of a list stays. remove: the member is left out.',
        default: 'refuse',
      }),
    },
    { additionalProperties: false },
  ),
  ({ member, values = [], fixed, default: filler }) =>
    values.every((value) => isOfElementType(member, value)) &&
    [fixed, filler].every((value) => value === undefined || isOfMemberType(member, value)),
  ({ member }) => `must have values of the type that ${member} has`,
)

const nothing = { forbidden: [], forbiddenOtherwise: 'refuse' as const, required: [], explicit: [], rules: [], when: [] }

export default definePolicy({
  name: 'member-rules',
  summary: 'Members of client metadata are forbidden, required, limited to values, fixed, or bound to one another.',
  cites: [
    'SSP-17',
    'SSP-18',
    'SSP-19',
    'SSP-20',
    'OFBR-06',
    'OFBR-13',
    'OFBR-D-04',
    'OBUK-RQ-18',
    'OBUK-RQ-19',
    'CDR-10',
    'CDR-11',
  ],
  concerns: 'metadata',
  options: Type.Object(
    {
      forbidden: names('Members that must not be there, in no language.'),
      forbiddenOtherwise: Type.Enum(['refuse', 'remove'], {
        description: 'remove: members that must not be there are left out instead of refused.',
        default: 'refuse',
      }),
      required: names('Members that have to be there, as they come out after defaults.'),
      explicit: names('Members that the request itself has to name: what a default or the statement would say does not do.'),
      rules: Type.Array(rule, { description: 'What the values of single members may be.', default: [] }),
      when: Type.Array(
        Type.Object(
          {
            if: memberConditionSchema,
            require: names('Members that have to be there then.'),
            forbid: names('Members that must not be there then.'),
            rules: Type.Array(rule, { description: 'What the values of single members may be then.', default: [] }),
          },
          { additionalProperties: false },
        ),
        { description: 'Rules that hold only if something is the case.', default: [] },
      ),
    },
    { additionalProperties: false },
  ),

  // What one rule makes of the client is what the next one looks at.
  judge({ metadata, requested = metadata }, { forbidden, forbiddenOtherwise, required, explicit, rules, when }) {
    const seen = { ...metadata }
    const forbid = (member: string, otherwise: 'refuse' | 'remove', reason?: string) =>
      forbidIn([seen, requested], member, otherwise, reason)
    const say = (verdicts: readonly Verdict[]) => {
      for (const verdict of verdicts) if (verdict.kind === 'amend') Object.assign(seen, verdict.members)
      return verdicts
    }
    const stages = [
      () => forbidden.flatMap((member) => forbid(member, forbiddenOtherwise)),
      ...rules.map((one) => () => valueVerdicts(seen, one)),
      ...when.flatMap((one) => {
        const applies = () => meetsCondition(seen, one.if)
        return [
          ...one.rules.map((inner) => () => (applies() ? valueVerdicts(seen, inner) : [])),
          () => (applies() ? one.forbid.flatMap((member) => forbid(member, 'refuse', ` with ${one.if.member}`)) : []),
          () => (applies() ? one.require.flatMap((member) => demand(seen, member, ` with ${one.if.member}`)) : []),
        ]
      }),
      () => required.flatMap((member) => demand(seen, member)),
      () => explicit.flatMap((member) => demand(requested, member, ' in the request itself')),
    ]
    return stages.flatMap((stage) => say(stage()))
  },

  examples: {
    options: {
      forbidden: ['jwks', 'client_uri'],
      forbiddenOtherwise: 'refuse',
      required: ['token_endpoint_auth_method'],
      explicit: [],
      rules: [{ member: 'application_type', values: ['web'], otherwise: 'refuse' }],
      when: [
        {
          if: { member: 'token_endpoint_auth_method', equals: ['tls_client_auth'] },
          require: ['tls_client_auth_subject_dn'],
          forbid: ['tls_client_auth_san_dns'],
          rules: [],
        },
        {
          if: { member: 'response_types', contains: ['id_token'] },
          require: ['id_token_encrypted_response_alg'],
          forbid: [],
          rules: [{ member: 'id_token_signed_response_alg', values: ['PS256'], otherwise: 'refuse' }],
        },
      ],
    },
    allows: [
      { token_endpoint_auth_method: 'private_key_jwt', application_type: 'web' },
      { token_endpoint_auth_method: 'tls_client_auth', tls_client_auth_subject_dn: 'CN=app' },
      {
        token_endpoint_auth_method: 'private_key_jwt',
        response_types: ['code id_token'],
        id_token_encrypted_response_alg: 'RSA-OAEP',
        id_token_signed_response_alg: 'PS256',
      },
    ],
    refuses: [
      {},
      { token_endpoint_auth_method: '' },
      { token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [] } },
      { token_endpoint_auth_method: 'private_key_jwt', 'client_uri#de': 'https://app.example/' },
      { token_endpoint_auth_method: 'private_key_jwt', application_type: 'native' },
      { token_endpoint_auth_method: 'tls_client_auth' },
      { token_endpoint_auth_method: 'tls_client_auth', tls_client_auth_subject_dn: 'CN=a', tls_client_auth_san_dns: 'a.example' },
      {
        token_endpoint_auth_method: 'private_key_jwt',
        response_types: ['code', 'code id_token'],
        id_token_encrypted_response_alg: 'RSA-OAEP',
        id_token_signed_response_alg: 'RS256',
      },
    ],
    cases: [
      {
        title: 'replaces, fixes, fills in and removes',
        options: {
          ...nothing,
          forbidden: ['tos_uri'],
          forbiddenOtherwise: 'remove',
          required: ['default_max_age'],
          rules: [
            { member: 'grant_types', values: ['authorization_code', 'refresh_token'], otherwise: 'replace' },
            { member: 'application_type', fixed: 'web', otherwise: 'replace' },
            { member: 'default_max_age', default: 300, otherwise: 'refuse' },
            { member: 'client_name', charactersMax: 3, otherwise: 'remove' },
          ],
        },
        given: {
          operation: 'update',
          metadata: {
            grant_types: ['authorization_code', 'implicit'],
            application_type: 'native',
            'tos_uri#de': 'https://app.example/de',
            client_name: 'Long',
          },
        },
        yields: [
          { amend: { 'tos_uri#de': undefined } },
          { amend: { grant_types: ['authorization_code'] } },
          { amend: { application_type: 'web' } },
          { amend: { default_max_age: 300 } },
          { amend: { client_name: undefined } },
        ],
      },
      {
        title: 'lets a rule see what another one has made of the client',
        options: {
          ...nothing,
          rules: [{ member: 'subject_type', fixed: 'pairwise', otherwise: 'replace' }],
          when: [
            { if: { member: 'subject_type', equals: ['pairwise'] }, require: ['sector_identifier_uri'], forbid: [], rules: [] },
          ],
        },
        given: { metadata: {} },
        yields: [{ amend: { subject_type: 'pairwise' } }, 'refuse'],
      },
      {
        title: 'looks at the request itself: what it has to name, and what it must not although it is dropped',
        options: {
          ...nothing,
          forbidden: ['tls_client_auth_subject_dn'],
          explicit: ['redirect_uris', 'token_endpoint_auth_method'],
        },
        given: {
          metadata: { redirect_uris: ['https://app.example/cb'], token_endpoint_auth_method: 'private_key_jwt' },
          requested: { tls_client_auth_subject_dn: 'CN=app', token_endpoint_auth_method: 'private_key_jwt' },
        },
        yields: ['refuse', 'refuse'],
      },
    ],
  },
})

type Metadata = Parameters<typeof isThere>[0]

/** What had no effect and was dropped was asked for all the same (OBUK-RQ-18). */
function forbidIn(told: readonly Metadata[], member: string, otherwise: 'refuse' | 'remove', when = ''): readonly Verdict[] {
  const places = otherwise === 'remove' ? told.slice(0, 1) : told
  return [...new Set(places.flatMap((one) => variantsOf(one, member).map(([name]) => name)))].map((name) =>
    otherwise === 'remove'
      ? amend({ [name]: undefined }, `${name} is not for clients of this realm`)
      : refuse(refusalCodeOf(member), name, `${name} must be left out${when}`),
  )
}

function demand(metadata: Metadata, member: string, when = ''): readonly Verdict[] {
  return isThere(metadata, member) ? [] : [refuse(refusalCodeOf(member), member, `${member} must be there${when}`)]
}

function valueVerdicts(metadata: Metadata, given: Parameters<typeof judgeValue>[1]): readonly Verdict[] {
  return judgeValue(metadata, given).map((judged) =>
    'problem' in judged
      ? refuse(refusalCodeOf(given.member), judged.name, `${judged.name} ${judged.problem}`)
      : amend({ [judged.name]: judged.value }, `${judged.name} gets a value that clients of this realm may have`),
  )
}
