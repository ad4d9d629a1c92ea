import { Type } from 'typebox'
import { claimValues } from '../metadata/claim-path.ts'
import { echo } from '../metadata/echo.ts'
import { sameValue, textsOf } from '../metadata/member-values.ts'
import { parseUri } from '../metadata/uri-syntax.ts'
import { definePolicy, refuse } from '../policy-authority/define-policy.ts'

export default definePolicy({
  name: 'webhook-uris',
  summary: 'The addresses that events are sent to are exactly those that the software statement attests.',
  cites: ['OFBR-20', 'SSP-26', 'SSP-31'],
  concerns: 'metadata',
  options: Type.Object(
    {
      member: Type.String({
        minLength: 1,
        description: 'The member with the addresses, an extended property of the realm.',
        default: 'webhook_uris',
      }),
      claim: Type.String({
        minLength: 1,
        description: 'The claim of the software statement that it has to equal; dotted where it is nested.',
        default: 'software_api_webhook_uris',
      }),
      charactersMax: Type.Integer({ description: 'How long an address may be.', minimum: 16, maximum: 2048, default: 255 }),
    },
    { additionalProperties: false },
  ),

  judge({ metadata, statement }, { member, claim, charactersMax }) {
    const given = metadata[member]
    if (given === undefined) return []
    const uris = textsOf(given)
    const attested = statement === undefined ? [] : claimValues(statement.claims, claim)
    const malformed = uris.filter((uri) => !isWebhook(uri, charactersMax))
    const accepted = `must be an https URI of at most ${charactersMax} characters without query, fragment and slash at the end`
    const isSame = attested.length > 0 && sameValue([...uris].sort(), [...textsOf(attested)].sort())
    return [
      ...malformed.map((uri) => refuse('invalid_webhook_uris', member, `${member} ${accepted}: ${echo(uri)}`)),
      ...(isSame
        ? []
        : [
            refuse(
              'invalid_webhook_uris',
              member,
              `${member} must be what ${claim} of the software statement says, or be left out`,
            ),
          ]),
    ]
  },

  examples: {
    options: { member: 'webhook_uris', claim: 'software_api_webhook_uris', charactersMax: 255 },
    allows: [{}],
    refuses: [{ webhook_uris: ['https://hooks.example/s1'] }, { webhook_uris: [] }, { webhook_uris: 'https://hooks.example/s1' }],
    cases: [
      {
        title: 'accepts what the statement says, in any order',
        given: {
          metadata: { webhook_uris: ['https://hooks.example/b', 'https://hooks.example/a'] },
          statement: {
            issuer: 'https://directory.example',
            claims: { software_api_webhook_uris: ['https://hooks.example/a', 'https://hooks.example/b'] },
            isNew: true,
          },
        },
        yields: [],
      },
      {
        title: 'refuses a part of what the statement says',
        given: {
          operation: 'update',
          metadata: { webhook_uris: ['https://hooks.example/b'] },
          statement: {
            issuer: 'https://directory.example',
            claims: { software_api_webhook_uris: ['https://hooks.example/a', 'https://hooks.example/b'] },
            isNew: false,
          },
        },
        yields: ['refuse'],
      },
      {
        title: 'refuses malformed addresses even if they are attested',
        given: {
          metadata: { webhook_uris: ['https://hooks.example/a/', 'https://hooks.example/?b', 'http://hooks.example/c'] },
          statement: {
            issuer: 'https://directory.example',
            claims: {
              software_api_webhook_uris: ['https://hooks.example/a/', 'https://hooks.example/?b', 'http://hooks.example/c'],
            },
            isNew: true,
          },
        },
        yields: ['refuse', 'refuse', 'refuse'],
      },
    ],
  },
})

function isWebhook(uri: string, charactersMax: number): boolean {
  const parsed = parseUri(uri)
  return typeof parsed !== 'string' && parsed.scheme === 'https' && uri.length <= charactersMax && !/[?#]|\/$/.test(uri)
}
