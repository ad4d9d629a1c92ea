import { definePolicy, refuse, Type } from 'oauth-registrar'
import { domainOf } from './shared/domain-of.ts'

/** Somebody of the house answers for every client: when one misbehaves, there is a mailbox to write to. */
export default definePolicy({
  name: 'contacts-of-the-house',
  summary: 'Every client names a contact with an address of ours, and no contact has any other.',
  cites: ['RFC 7591 §2'],
  options: Type.Object(
    {
      domains: Type.Array(Type.String({ minLength: 1 }), {
        minItems: 1,
        description: 'Domains of our mail addresses; their subdomains count too.',
      }),
    },
    { additionalProperties: false },
  ),
  concerns: 'metadata',

  judge({ metadata }, { domains }) {
    const contacts = metadata.contacts ?? []
    const accepted = `give addresses at ${domains.join(', ')}`
    if (contacts.length === 0) return [refuse('invalid_client_metadata', 'contacts', `contacts are missing; ${accepted}`)]
    return contacts
      .filter((contact) => !domains.some((domain) => isWithin(domainOf(contact), domain)))
      .map((contact) => refuse('invalid_client_metadata', 'contacts', `${contact} is no address of ours; ${accepted}`))
  },

  examples: {
    options: { domains: ['example.com'] },
    allows: [{ contacts: ['ada@example.com'] }, { contacts: ['ada@example.com', 'ops@lab.example.com'] }],
    refuses: [
      {},
      { contacts: [] },
      { contacts: ['ada@example.com', 'eve@elsewhere.example'] },
      { contacts: ['ada@example.com.evil.example'] },
      { contacts: ['ada@notexample.com'] },
      { contacts: ['ada@evil.example@example.com'] },
    ],
    cases: [
      {
        title: 'each foreign address is told',
        given: { metadata: { contacts: ['eve@a.example', 'ada@example.com', 'eve@b.example'] } },
        yields: ['refuse', 'refuse'],
      },
    ],
  },
})

function isWithin(host: string | undefined, domain: string): boolean {
  return host === domain || host?.endsWith(`.${domain}`) === true
}
