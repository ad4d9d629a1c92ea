import { Type } from 'typebox'
import { echo, oneOf } from '../metadata/echo.ts'
import { isHostPattern, matchesHost } from '../metadata/host-pattern.ts'
import { definePolicy, refuse } from '../policy-authority/define-policy.ts'

export default definePolicy({
  name: 'contacts-required',
  summary: 'Every client names people who answer for it.',
  cites: ['RFC 7591 §2', 'RFC 7591 §6'],
  concerns: 'metadata',
  options: Type.Object(
    {
      countMin: Type.Integer({
        description: 'How many different contacts a client has at least.',
        minimum: 1,
        maximum: 20,
        default: 1,
      }),
      format: Type.Enum(['email', 'any'], { description: 'email: every contact is an e-mail address.', default: 'email' }),
      domains: Type.Array(
        Type.Refine(Type.String(), isHostPattern, () => 'must be a domain, or *. before a domain that is no public suffix'),
        {
          description:
            'Domains of the e-mail addresses that count; *.app.example stands for every domain below. None: any domain.',
          default: [],
        },
      ),
    },
    { additionalProperties: false },
  ),

  judge({ metadata: { contacts = [] } }, { countMin, format, domains }) {
    const isAddress = (contact: string) =>
      format === 'any' || /^[^\s@<>()",;:\\]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+$/.test(contact)
    const isInDomain = (contact: string) =>
      domains.length === 0 || domains.some((domain) => matchesHost(contact.slice(contact.lastIndexOf('@') + 1), domain))
    const malformed = contacts.filter((contact) => !isAddress(contact))
    const counted = new Set(
      contacts.map((contact) => contact.trim().toLowerCase()).filter((one) => one !== '' && isInDomain(one)),
    )
    const kind = format === 'email' ? 'e-mail address' : 'contact'
    const where = domains.length === 0 ? '' : ` of ${oneOf(domains)}`
    return [
      ...malformed.map((contact) =>
        refuse('invalid_client_metadata', 'contacts', `contacts must be e-mail addresses: ${echo(contact)} is none`),
      ),
      ...(counted.size < countMin
        ? [refuse('invalid_client_metadata', 'contacts', `contacts must hold at least ${countMin} different ${kind}${where}`)]
        : []),
    ]
  },

  examples: {
    options: { countMin: 1, format: 'email', domains: [] },
    allows: [{ contacts: ['dev@app.example'] }, { contacts: ['dev+oauth@app.example', 'ops@app.example'] }],
    refuses: [{}, { contacts: [] }, { contacts: [' '] }, { contacts: ['nobody'] }, { contacts: ['dev@app.example', 'x@y'] }],
    cases: [
      {
        title: 'counts the same contact once, and only those of the domains',
        options: { countMin: 2, format: 'email', domains: ['app.example'] },
        given: { operation: 'update', metadata: { contacts: ['dev@app.example', 'DEV@app.example', 'ops@evil.example'] } },
        yields: ['refuse'],
      },
      {
        title: 'takes telephone numbers where any contact will do',
        options: { countMin: 1, format: 'any', domains: [] },
        given: { metadata: { contacts: ['+41 44 000 00 00'] } },
        yields: [],
      },
    ],
  },
})
