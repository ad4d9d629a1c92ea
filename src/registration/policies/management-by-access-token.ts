import { Type } from 'typebox'
import { oneOf } from '../metadata/echo.ts'
import { definePolicy, refuse } from '../policy-authority/define-policy.ts'

export default definePolicy({
  name: 'management-by-access-token',
  summary:
    'Clients are read, updated and deleted with an ordinary access token of their own instead of a registration access token.',
  cites: ['SSP-27', 'OBUK-EP-04', 'CDR-18', 'CDR-21', 'R0.28', 'RFC 6750 §3.1', 'RFC 7592 §1.3'],
  concerns: 'requester',
  operations: ['update', 'read', 'delete'],
  guards: true,
  options: Type.Object(
    {
      scopes: Type.Array(Type.String({ minLength: 1 }), {
        description: 'The token has one of these scopes or scope groups, such as cdr:registration; none: any scopes will do.',
        default: [],
      }),
      clients: Type.Enum(['own', 'any'], {
        description: 'own: the token was issued to the very client. any: its holder manages all clients.',
        default: 'own',
      }),
    },
    { additionalProperties: false },
  ),

  judge({ requester: { accessToken }, client }, { scopes, clients }) {
    const needed = scopes.length === 0 ? '' : ` with the scope ${oneOf(scopes)}`
    if (accessToken === undefined) {
      return [refuse('token_required', undefined, `an access token of this realm${needed} must be presented`)]
    }
    // Nobody is told whether another client exists (SEC-TEN-02).
    if (clients === 'own' && (client === undefined || accessToken.client_id !== client.client_id)) {
      return [refuse('invalid_token', undefined, 'the access token must be one that was issued to this client')]
    }
    if (scopes.length === 0 || scopes.some((scope) => accessToken.scopes.includes(scope))) return []
    return [refuse('insufficient_scope', undefined, `the access token must have the scope ${oneOf(scopes)}`)]
  },

  examples: {
    options: { scopes: ['cdr:registration'], clients: 'own' },
    allows: [],
    refuses: [{}],
    cases: [
      {
        title: 'lets a client manage itself',
        given: {
          operation: 'read',
          client: { client_id: 'c1', client_id_issued_at: 1, channel: 'open', state: 'active', metadata: {} },
          requester: { accessToken: { client_id: 'c1', scopes: ['cdr:registration'] } },
        },
        yields: [],
      },
      {
        title: 'refuses the token of another client',
        given: {
          operation: 'delete',
          client: { client_id: 'c1', client_id_issued_at: 1, channel: 'open', state: 'active', metadata: {} },
          requester: { accessToken: { client_id: 'c2', scopes: ['cdr:registration'] } },
        },
        yields: ['refuse'],
      },
      {
        title: 'refuses a token that was made for something else',
        given: {
          operation: 'update',
          client: { client_id: 'c1', client_id_issued_at: 1, channel: 'open', state: 'active', metadata: {} },
          requester: { accessToken: { client_id: 'c1', scopes: ['openid', 'cdr:registration:not'] } },
        },
        yields: ['refuse'],
      },
      {
        title: 'can let the holder of a scope manage all clients',
        options: { scopes: ['clients:manage'], clients: 'any' },
        given: {
          operation: 'update',
          client: { client_id: 'c1', client_id_issued_at: 1, channel: 'open', state: 'active', metadata: {} },
          requester: { accessToken: { client_id: 'operator', scopes: ['clients:manage'] } },
        },
        yields: [],
      },
    ],
  },
})
