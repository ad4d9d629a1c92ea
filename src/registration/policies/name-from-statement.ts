import { Type } from 'typebox'
import { fillTemplate } from '../metadata/fill-template.ts'
import { amend, definePolicy, refuse } from '../policy-authority/define-policy.ts'

export default definePolicy({
  name: 'name-from-statement',
  summary: 'The name that people see is composed of what the software statement says, whatever the client calls itself.',
  cites: ['SSP-32', 'PING-07', 'OFBR-11', 'SEC-IMP-01', 'SEC-IMP-09'],
  concerns: 'metadata',
  options: Type.Object(
    {
      template: Type.String({
        pattern: '^[^{}]*(?:\\{[^{}]+\\}[^{}]*)+$',
        maxLength: 200,
        description:
          'The name, with claims of the statement in braces, dotted where they are nested: {org_name} {software_client_name}.',
        default: '{org_name} {software_client_name}',
      }),
      variants: Type.Enum(['remove', 'keep'], {
        description: 'remove: names in other languages are left out, since nobody has attested them.',
        default: 'remove',
      }),
      withoutStatement: Type.Enum(['refuse', 'ignore'], {
        description: 'What becomes of clients without a statement, or whose statement lacks a claim of the template.',
        default: 'refuse',
      }),
    },
    { additionalProperties: false },
  ),

  judge({ metadata, statement }, { template, variants, withoutStatement }) {
    const name = statement === undefined ? undefined : fillTemplate(template, statement.claims)
    if (name === undefined) {
      if (withoutStatement === 'ignore') return []
      const code = statement === undefined ? 'software_statement_required' : 'invalid_software_statement'
      return [
        refuse(
          code,
          'software_statement',
          `software_statement must have the claims of which client_name is composed: ${template}`,
        ),
      ]
    }
    const others = variants === 'keep' ? [] : Object.keys(metadata).filter((member) => member.startsWith('client_name#'))
    if (metadata.client_name === name && others.length === 0) return []
    const members = { client_name: name, ...Object.fromEntries(others.map((member) => [member, undefined])) }
    return [amend(members, 'client_name is what the software statement attests')]
  },

  examples: {
    options: { template: '{org_name} {software.name}', variants: 'remove', withoutStatement: 'refuse' },
    allows: [],
    refuses: [{ client_name: 'Bank' }],
    cases: [
      {
        title: 'takes the name of the statement, in no other language',
        given: {
          operation: 'update',
          metadata: { client_name: 'Bank', 'client_name#de': 'Die Bank' },
          statement: {
            issuer: 'https://directory.example',
            claims: { org_name: 'Acme', software: { name: 'Pay' } },
            isNew: false,
          },
        },
        yields: [{ amend: { client_name: 'Acme Pay', 'client_name#de': undefined } }],
      },
      {
        title: 'leaves a name alone that is right',
        given: {
          metadata: { client_name: 'Acme Pay' },
          statement: {
            issuer: 'https://directory.example',
            claims: { org_name: 'Acme', software: { name: 'Pay' } },
            isNew: true,
          },
        },
        yields: [],
      },
      {
        title: 'refuses a statement that lacks a claim',
        given: {
          metadata: { client_name: 'Acme' },
          statement: { issuer: 'https://directory.example', claims: { org_name: 'Acme' }, isNew: true },
        },
        yields: ['refuse'],
      },
    ],
  },
})
