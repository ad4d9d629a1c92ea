import { Type } from 'typebox'
import { claimText } from '../metadata/claim-path.ts'
import { echo } from '../metadata/echo.ts'
import { amend, definePolicy, refuse } from '../policy-authority/define-policy.ts'

export default definePolicy({
  name: 'jwks-uri-from-statement',
  summary: 'The keys of a client are those that its software statement names, and none that it brings by itself.',
  cites: ['OFBR-06', 'OFBR-07', 'CDR-05', 'SSP-13', 'SSP-17'],
  concerns: 'metadata',
  options: Type.Object(
    {
      claims: Type.Array(Type.String({ minLength: 1 }), {
        description: 'Claims that hold the address of the keys; the first that the statement has counts.',
        minItems: 1,
        default: ['software_jwks_uri', 'software_jwks_endpoint', 'jwks_uri'],
      }),
      whenOmitted: Type.Enum(['fill', 'allow'], {
        description: 'fill: a client without jwks_uri gets the one of its statement. allow: it has none.',
        default: 'fill',
      }),
      withoutStatement: Type.Enum(['refuse', 'ignore'], {
        description: 'What becomes of clients without a statement, or whose statement has none of the claims.',
        default: 'refuse',
      }),
    },
    { additionalProperties: false },
  ),

  judge({ metadata, statement }, { claims, whenOmitted, withoutStatement }) {
    const attested =
      statement === undefined
        ? undefined
        : claims.map((claim) => claimText(statement.claims, claim)).find((uri) => uri !== undefined)
    if (attested === undefined && withoutStatement === 'ignore') return []
    if (attested === undefined) {
      const code = statement === undefined ? 'software_statement_required' : 'invalid_software_statement'
      return [
        refuse(
          code,
          'software_statement',
          `software_statement must say where the keys of the client are, as ${claims.join(' or ')}`,
        ),
      ]
    }
    const byValue =
      metadata.jwks === undefined
        ? []
        : [
            refuse(
              'invalid_client_metadata',
              'jwks',
              'jwks must be left out; the keys are those that the software statement names',
            ),
          ]
    if (metadata.jwks_uri === undefined && byValue.length === 0 && whenOmitted === 'fill') {
      return [amend({ jwks_uri: attested }, 'jwks_uri is the one of the software statement')]
    }
    const isOther = metadata.jwks_uri !== undefined && metadata.jwks_uri !== attested
    const reason = `jwks_uri must be the one of the software statement, ${echo(attested)}`
    return [...byValue, ...(isOther ? [refuse('invalid_client_metadata', 'jwks_uri', reason)] : [])]
  },

  examples: {
    options: { claims: ['software_jwks_uri'], whenOmitted: 'fill', withoutStatement: 'refuse' },
    allows: [],
    refuses: [{ jwks_uri: 'https://app.example/jwks' }, {}],
    cases: [
      {
        title: 'accepts the address of the statement',
        given: {
          metadata: { jwks_uri: 'https://keys.example/s1' },
          statement: {
            issuer: 'https://directory.example',
            claims: { software_jwks_uri: 'https://keys.example/s1' },
            isNew: true,
          },
        },
        yields: [],
      },
      {
        title: 'refuses keys by value, and another address, at an update as well',
        given: {
          operation: 'update',
          metadata: { jwks_uri: 'https://keys.example/S1', jwks: { keys: [] } },
          statement: {
            issuer: 'https://directory.example',
            claims: { software_jwks_uri: 'https://keys.example/s1' },
            isNew: false,
          },
        },
        yields: ['refuse', 'refuse'],
      },
      {
        title: 'fills in the address of the statement',
        given: {
          metadata: {},
          statement: {
            issuer: 'https://directory.example',
            claims: { software_jwks_uri: 'https://keys.example/s1' },
            isNew: true,
          },
        },
        yields: [{ amend: { jwks_uri: 'https://keys.example/s1' } }],
      },
    ],
  },
})
