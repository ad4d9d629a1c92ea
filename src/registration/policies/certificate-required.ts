import { Type } from 'typebox'
import { attributeTypeOf } from '../metadata/attribute-types.ts'
import { claimValues } from '../metadata/claim-path.ts'
import { definePolicy, type Operation, type PolicyContext, refuse } from '../policy-authority/define-policy.ts'

const operationNames = ['create', 'update', 'read', 'delete'] as const

export default definePolicy({
  name: 'certificate-required',
  summary:
    'Requests come over mutual TLS with a certificate that is vouched for and belongs to whom the software statement names.',
  cites: ['SSP-22', 'OBUK-EP-03', 'OFBR-03', 'OFBR-09', 'OFBR-14', 'OFBR-15', 'OFBR-23', 'OFBR-25', 'RFC 8705'],
  concerns: 'requester',
  operations: operationNames,
  options: Type.Object(
    {
      trustedCas: Type.Array(Type.String({ minLength: 1 }), {
        description: 'Ids of trusted CAs, one of which the certificate has to lead to; none: any trusted CA of the realm.',
        default: [],
      }),
      operations: Type.Array(Type.Enum(operationNames), {
        description: 'The operations that need the certificate.',
        minItems: 1,
        default: ['create', 'update', 'read', 'delete'],
      }),
      bindings: Type.Array(
        Type.Object(
          {
            attribute: Type.Refine(
              Type.String({ description: 'The attribute type, by OID or name.' }),
              (written) => attributeTypeOf(written) !== undefined,
              () =>
                'must be an attribute type of a distinguished name: a dotted OID, or a name such as UID or organizationIdentifier',
            ),
            claim: Type.String({
              minLength: 1,
              description: 'The claim of the software statement that it has to equal; dotted where it is nested.',
            }),
            prefix: Type.String({
              description: 'What stands before the value in the certificate, such as OFBBR-; it has to be there.',
              default: '',
            }),
          },
          { additionalProperties: false },
        ),
        {
          description:
            'Attributes of the subject, by OID or name, that have to equal claims of the statement. Every one of them has to.',
          default: [],
        },
      ),
    },
    { additionalProperties: false },
  ),

  judge(context, { trustedCas, operations, bindings }) {
    const { operation, requester } = context
    if (!operations.includes(operation)) return []
    const code = codeOf(operation)
    const { certificate } = requester
    if (certificate === undefined) {
      return [refuse(code, undefined, 'a client certificate of a certificate authority that this realm trusts must be presented')]
    }
    const isTrusted = certificate.trustedCas.some((id) => trustedCas.length === 0 || trustedCas.includes(id))
    if (!isTrusted || certificate.notAfter <= context.now) {
      return [
        refuse(
          code,
          undefined,
          'the client certificate must be valid and lead to a certificate authority that this realm accepts',
        ),
      ]
    }
    return bindings
      .filter((binding) => !isBound(binding, context))
      .map(({ attribute, claim, prefix }) => {
        const value = `${prefix === '' ? '' : `${prefix} and `}${claim} of the software statement`
        return refuse(code, undefined, `${attribute} of the client certificate must be ${value}`)
      })
  },

  examples: {
    options: {
      trustedCas: ['icp'],
      operations: ['create', 'update', 'delete'],
      bindings: [
        { attribute: 'UID', claim: 'software_id', prefix: '' },
        { attribute: '2.5.4.97', claim: 'org_id', prefix: 'OFBBR-' },
      ],
    },
    allows: [],
    refuses: [{}],
    cases: [
      {
        title: 'accepts the certificate of the software that the statement names',
        given: {
          statement: { issuer: 'https://directory.example', claims: { software_id: 's1', org_id: 'o1' }, isNew: true },
          requester: {
            certificate: {
              thumbprint: 't',
              subject: 'UID=s1',
              issuer: 'CN=ICP',
              notAfter: 2_000_000_000,
              attributes: [
                { oid: '2.5.4.97', value: 'OFBBR-o1' },
                { oid: '0.9.2342.19200300.100.1.1', name: 'UID', value: 's1' },
              ],
              trustedCas: ['icp'],
            },
          },
        },
        yields: [],
      },
      {
        title: 'refuses the certificate of another software and organisation',
        given: {
          operation: 'update',
          statement: { issuer: 'https://directory.example', claims: { software_id: 's1', org_id: 'o1' }, isNew: false },
          requester: {
            certificate: {
              thumbprint: 't',
              subject: 'UID=s2',
              issuer: 'CN=ICP',
              notAfter: 2_000_000_000,
              attributes: [
                { oid: '2.5.4.97', value: 'o1' },
                { oid: '0.9.2342.19200300.100.1.1', name: 'UID', value: 's2' },
              ],
              trustedCas: ['icp'],
            },
          },
        },
        yields: ['refuse', 'refuse'],
      },
      {
        title: 'refuses a certificate of another CA',
        given: {
          requester: {
            certificate: {
              thumbprint: 't',
              subject: '',
              issuer: '',
              notAfter: 2_000_000_000,
              attributes: [],
              trustedCas: ['other'],
            },
          },
        },
        yields: ['refuse'],
      },
      {
        title: 'refuses a certificate that nobody vouches for, or that has expired',
        options: { trustedCas: [], operations: ['delete'], bindings: [] },
        given: {
          operation: 'delete',
          requester: {
            certificate: {
              thumbprint: 't',
              subject: '',
              issuer: '',
              notAfter: 1_700_000_000,
              attributes: [],
              trustedCas: ['icp'],
            },
          },
        },
        yields: ['refuse'],
      },
      {
        title: 'refuses everybody where there is no statement to be bound to',
        given: {
          requester: {
            certificate: {
              thumbprint: 't',
              subject: 'UID=s1',
              issuer: '',
              notAfter: 2_000_000_000,
              attributes: [{ oid: '0.9.2342.19200300.100.1.1', value: 's1' }],
              trustedCas: ['icp'],
            },
          },
        },
        yields: ['refuse', 'refuse'],
      },
      { title: 'leaves other operations alone', given: { operation: 'read' }, yields: [] },
    ],
  },
})

/** Who registers is told what is wrong with the request; who manages has not shown who it is (OFBR §2.4, UK EP-05). */
function codeOf(operation: Operation): 'invalid_client_metadata' | 'invalid_token' {
  return operation === 'create' ? 'invalid_client_metadata' : 'invalid_token'
}

interface Binding {
  readonly attribute: string
  readonly claim: string
  readonly prefix: string
}

/** Every attribute of that type has to fit: a certificate with two of them names two parties. */
function isBound({ attribute, claim, prefix }: Binding, { requester, statement }: PolicyContext): boolean {
  const type = attributeTypeOf(attribute)
  const values = (requester.certificate?.attributes ?? []).filter(({ oid }) => oid === type).map(({ value }) => value)
  const claimed =
    statement === undefined
      ? []
      : claimValues(statement.claims, claim).filter((value) => typeof value === 'string' && value !== '')
  return values.length > 0 && values.every((value) => value.startsWith(prefix) && claimed.includes(value.slice(prefix.length)))
}
