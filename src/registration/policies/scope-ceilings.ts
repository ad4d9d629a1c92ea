import { Type } from 'typebox'
import { oneOf } from '../metadata/echo.ts'
import { wordsOf } from '../metadata/member-values.ts'
import { matchesScope } from '../metadata/scope-pattern.ts'
import { amend, definePolicy, refuse } from '../policy-authority/define-policy.ts'

const patterns = Type.Array(Type.String({ pattern: '^[\\x21\\x23-\\x5B\\x5D-\\x7E]+$' }))

export default definePolicy({
  name: 'scope-ceilings',
  summary: 'Clients have at most the scopes that the operator lists, which may depend on how they were admitted.',
  cites: ['RFC 7591 §2', 'RFC 6749 §3.3', 'SEC-IMP-06', 'SEC-21-04', 'OBUK-RQ-12'],
  concerns: 'metadata',
  options: Type.Object(
    {
      scopes: Type.Array(Type.String({ pattern: '^[\\x21\\x23-\\x5B\\x5D-\\x7E]+$' }), {
        description:
          'Scopes that a client may have; the first asterisk in one stands for one character or more, as in mcp:*. A scope group counts by its own name.',
        default: ['openid', 'profile', 'email', 'offline_access'],
      }),
      channels: Type.Object(
        {
          open: Type.Optional(Type.With(patterns, { description: 'For clients that registered without any token.' })),
          'initial-access-token': Type.Optional(
            Type.With(patterns, { description: 'For clients that were admitted with a token.' }),
          ),
          'software-statement': Type.Optional(
            Type.With(patterns, { description: 'For clients that a software statement attests.' }),
          ),
          certificate: Type.Optional(Type.With(patterns, { description: 'For clients that were admitted by certificate.' })),
          'metadata-document': Type.Optional(
            Type.With(patterns, { description: 'For clients whose metadata stands at their identifier.' }),
          ),
          administrator: Type.Optional(Type.With(patterns, { description: 'For clients that an administrator made.' })),
          provisioned: Type.Optional(Type.With(patterns, { description: 'For clients of the configuration file.' })),
        },
        {
          description: 'Lists that take the place of scopes for clients of one channel.',
          additionalProperties: false,
          default: {},
        },
      ),
      otherwise: Type.Enum(['narrow', 'refuse'], {
        description:
          'narrow: other scopes are left out, and a client with nothing left is refused. refuse: it is refused at once.',
        default: 'narrow',
      }),
    },
    { additionalProperties: false },
  ),

  // A client without the member has no scope at all, so silence gains nothing.
  judge({ metadata, client, requester }, { scopes, channels, otherwise }) {
    const accepted = channels[client?.channel ?? requester.channel] ?? scopes
    const words = wordsOf(metadata.scope)
    const kept = words.filter((word) => accepted.some((pattern) => matchesScope(pattern, word)))
    if (kept.length === words.length) return []
    if (otherwise === 'narrow' && kept.length > 0) {
      return [amend({ scope: kept.join(' ') }, 'scopes that this client cannot have are left out')]
    }
    return [refuse('invalid_client_metadata', 'scope', `each scope must be ${oneOf(accepted)}`)]
  },

  examples: {
    options: { scopes: ['openid', 'mcp:*'], channels: { 'software-statement': ['payments'] }, otherwise: 'refuse' },
    allows: [{ scope: 'openid mcp:tools' }, {}],
    refuses: [{ scope: 'openid payments' }, { scope: 'mcp:' }, { scope: 'OPENID' }, { scope: 'xmcp:tools' }, { scope: '*' }],
    cases: [
      {
        title: 'leaves out what is too much',
        options: { scopes: ['openid'], channels: {}, otherwise: 'narrow' },
        given: { operation: 'update', metadata: { scope: 'payments openid' } },
        yields: [{ amend: { scope: 'openid' } }],
      },
      {
        title: 'refuses where nothing would be left',
        options: { scopes: ['openid'], channels: {}, otherwise: 'narrow' },
        given: { metadata: { scope: 'payments' } },
        yields: ['refuse'],
      },
      {
        title: 'has a list for those whom a statement attests',
        given: { metadata: { scope: 'payments' }, requester: { channel: 'software-statement' } },
        yields: [],
      },
      {
        title: 'goes by how the client was admitted and not by who asks now',
        given: {
          operation: 'update',
          metadata: { scope: 'payments' },
          requester: { channel: 'software-statement' },
          client: { client_id: 'c1', client_id_issued_at: 1, channel: 'open', state: 'active', metadata: { scope: 'openid' } },
        },
        yields: ['refuse'],
      },
    ],
  },
})
