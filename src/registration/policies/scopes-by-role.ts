import { Type } from 'typebox'
import { rolesIn } from '../metadata/claimed-roles.ts'
import { oneOf } from '../metadata/echo.ts'
import { wordsOf } from '../metadata/member-values.ts'
import { matchesScope } from '../metadata/scope-pattern.ts'
import { amend, definePolicy, refuse } from '../policy-authority/define-policy.ts'

const scopeNames = Type.Array(Type.String({ minLength: 1 }))

export default definePolicy({
  name: 'scopes-by-role',
  summary: 'Clients have the scopes that belong to the roles which their software statement attests, and no others.',
  cites: ['SSP-21', 'OFBR-10', 'OFBR-D-03', 'OBUK-RQ-12', 'CDR-15'],
  concerns: 'metadata',
  options: Type.Object(
    {
      roles: Type.Record(Type.String(), scopeNames, {
        description:
          'Scopes of each role, such as DADOS: [openid, accounts, consent:*]; an asterisk stands for one character or more.',
        minProperties: 1,
      }),
      claim: Type.String({
        minLength: 1,
        description:
          'The claim with the roles, dotted where it is nested, such as software_roles. It may be a text, an array of texts or an array of objects.',
        default: 'software_roles',
      }),
      roleField: Type.String({
        minLength: 1,
        description: 'Where the claim is an array of objects: the field with the role.',
        default: 'role',
      }),
      statusField: Type.Optional(
        Type.String({
          minLength: 1,
          description: 'Where the claim is an array of objects: the field with the status of the role.',
        }),
      ),
      activeStatuses: Type.Array(Type.String({ minLength: 1 }), {
        description:
          'Values of the status that count, in any case of letters. A role without status does not count where one is expected.',
        default: ['Active'],
      }),
      everybody: Type.Array(Type.String({ minLength: 1 }), {
        description: 'Scopes that clients may have whatever their roles.',
        default: [],
      }),
      unknown: Type.Enum(['drop', 'reject'], {
        description:
          'Scopes of no role of the client. drop: they are left out, as long as one remains. reject: the client is refused.',
        default: 'drop',
      }),
      omitted: Type.Enum(['all', 'none'], {
        description:
          'A client that asks for no scope. all: it gets all scopes of its roles that the realm has. none: those that the realm gives by default, as far as its roles allow.',
        default: 'all',
      }),
      withoutRole: Type.Enum(['refuse', 'everybody'], {
        description: 'Clients without a role that counts. everybody: they may have the scopes of everybody.',
        default: 'refuse',
      }),
    },
    { additionalProperties: false },
  ),

  judge({ metadata, statement, realm }, options) {
    const { roles, everybody, unknown, omitted, withoutRole } = options
    const held = statement === undefined ? [] : rolesIn(statement.claims, options).filter((role) => Object.hasOwn(roles, role))
    if (held.length === 0 && withoutRole === 'refuse') {
      const reason = `software_statement must have one of these roles, and active, in ${options.claim}: ${oneOf(Object.keys(roles))}`
      const code = statement === undefined ? 'software_statement_required' : 'unapproved_software_statement'
      return [refuse(code, 'software_statement', reason)]
    }
    const permitted = [...new Set([...held.flatMap((role) => roles[role] ?? []), ...everybody])]
    const words = wordsOf(metadata.scope)
    if (words.length === 0) {
      const served = permitted.filter((scope) => realm.scopes.includes(scope))
      return omitted === 'none' || served.length === 0
        ? []
        : [amend({ scope: served.join(' ') }, 'a client that asks for no scope gets those of its roles')]
    }
    const kept = words.filter((word) => permitted.some((scope) => matchesScope(scope, word)))
    if (kept.length === words.length) return []
    if (unknown === 'drop' && kept.length > 0) {
      return [amend({ scope: kept.join(' ') }, 'scopes that do not belong to the roles of the software are left out')]
    }
    return [refuse('invalid_client_metadata', 'scope', `each scope must belong to a role of the software: ${oneOf(permitted)}`)]
  },

  examples: {
    options: {
      roles: { DADOS: ['openid', 'accounts'], PAGTO: ['openid', 'payments'] },
      claim: 'software_statement_roles',
      roleField: 'role',
      statusField: 'status',
      activeStatuses: ['Active'],
      everybody: [],
      unknown: 'drop',
      omitted: 'all',
      withoutRole: 'refuse',
    },
    allows: [],
    refuses: [{ scope: 'openid' }, {}],
    cases: [
      {
        title: 'leaves out the scopes of an inactive role',
        given: {
          operation: 'update',
          metadata: { scope: 'payments openid accounts' },
          statement: {
            issuer: 'https://directory.example',
            claims: {
              software_statement_roles: [
                { role: 'DADOS', status: 'Active' },
                { role: 'PAGTO', status: 'Inactive' },
              ],
            },
            isNew: false,
          },
        },
        yields: [{ amend: { scope: 'openid accounts' } }],
      },
      {
        title: 'gives all scopes of the roles to a client that asks for none',
        given: {
          metadata: {},
          realm: { name: 'default', issuer: 'https://as.example', scopes: ['openid', 'accounts'] },
          statement: {
            issuer: 'https://directory.example',
            claims: {
              software_statement_roles: [
                { role: 'DADOS', status: 'Active' },
                { role: 'PAGTO', status: 'ACTIVE' },
              ],
            },
            isNew: true,
          },
        },
        yields: [{ amend: { scope: 'openid accounts' } }],
      },
      {
        title: 'refuses a client of whose scopes none would remain',
        given: {
          metadata: { scope: 'payments' },
          statement: {
            issuer: 'https://directory.example',
            claims: { software_statement_roles: [{ role: 'DADOS', status: 'Active' }, { role: 'PAGTO' }] },
            isNew: true,
          },
        },
        yields: ['refuse'],
      },
      {
        title: 'reads a role that is a text, and refuses what it does not allow',
        options: {
          roles: { AISP: ['openid', 'accounts'], 'data-recipient-software-product': ['openid'] },
          claim: 'software_roles',
          roleField: 'role',
          activeStatuses: ['Active'],
          everybody: ['cdr:registration'],
          unknown: 'reject',
          omitted: 'none',
          withoutRole: 'everybody',
        },
        given: {
          metadata: { scope: 'openid accounts' },
          statement: {
            issuer: 'https://directory.example',
            claims: { software_roles: 'data-recipient-software-product' },
            isNew: true,
          },
        },
        yields: ['refuse'],
      },
      {
        title: 'allows what a role allows',
        options: {
          roles: { AISP: ['openid', 'accounts'] },
          claim: 'software_roles',
          roleField: 'role',
          activeStatuses: ['Active'],
          everybody: [],
          unknown: 'reject',
          omitted: 'none',
          withoutRole: 'refuse',
        },
        given: {
          metadata: { scope: 'accounts' },
          statement: { issuer: 'https://directory.example', claims: { software_roles: ['PISP', 'AISP'] }, isNew: true },
        },
        yields: [],
      },
    ],
  },
})
