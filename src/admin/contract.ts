import { type Static, type TSchema, Type } from 'typebox'

import { admittedStatement, review } from './contract-admission.ts'
import { agentIdentity } from './contract-agents.ts'

const closed = { additionalProperties: false }
const time = Type.Integer({ description: 'Seconds since 1970-01-01T00:00:00Z.' })
const nameOf = (description: string) => Type.String({ description })
// A NUL has no place in a text column, and nobody types one.
const text = (description: string, maxLength = 255) =>
  Type.String({ minLength: 1, maxLength, pattern: '^[^\\u0000]+$', description })

/** Client metadata in wire spelling (RFC 7591 §2). */
const metadata = Type.Object({}, { additionalProperties: true, description: 'Client metadata in wire spelling (RFC 7591 §2).' })

/** RFC 9457, with a line for every member at fault. */
export const problem = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    code: Type.String(),
    detail: Type.String(),
    request_id: Type.String(),
    errors: Type.Optional(
      Type.Array(
        Type.Object(
          { pointer: nameOf('JSON pointer (RFC 6901) into the request.'), code: Type.String(), message: Type.String() },
          closed,
        ),
      ),
    ),
  },
  closed,
)

export const realm = Type.Object(
  {
    name: Type.String(),
    issuer: Type.String(),
    revision: Type.Integer(),
    dialects: Type.Array(Type.String()),
    scopes: Type.Array(Type.String()),
    registration: Type.Enum(['off', 'open', 'protected']),
  },
  closed,
)

const secretValidity = Type.Object({ issuedAt: time, expiresAt: Type.Integer({ description: '0: never.' }) }, closed)

/** A client as administrators see it: never with a secret, a token or a digest of one. */
export const client = Type.Object(
  {
    client_id: Type.String(),
    realm: Type.String(),
    state: Type.Enum(['active', 'pending', 'suspended']),
    channel: Type.String(),
    firstParty: Type.Boolean(),
    metadata,
    secrets: Type.Array(secretValidity),
    provenance: Type.Object({}, { additionalProperties: true }),
    lockedMembers: Type.Array(Type.String()),
    boundPolicies: Type.Array(Type.String({ description: 'Ids of policy instances.' })),
    statement: Type.Optional(admittedStatement),
    review: Type.Optional(review),
    agent: Type.Optional(agentIdentity),
    expiresAt: Type.Optional(time),
    client_id_issued_at: time,
    updatedAt: time,
    firstUsedAt: Type.Optional(time),
    lastUsedAt: Type.Optional(time),
    revision: Type.Integer(),
  },
  closed,
)

export const initialAccessToken = Type.Object(
  {
    id: Type.String(),
    realm: Type.String(),
    label: Type.Optional(Type.String()),
    state: Type.Enum(['active', 'used', 'expired', 'revoked']),
    createdAt: time,
    expiresAt: Type.Optional(time),
    uses: Type.Integer(),
    usesMax: Type.Optional(Type.Integer()),
    revokedAt: Type.Optional(time),
    defaults: metadata,
    locked: metadata,
    policies: Type.Array(Type.String()),
  },
  closed,
)

/** The value is in no other answer. */
export const issuedInitialAccessToken = Type.Object({ ...initialAccessToken.properties, value: Type.String() }, closed)

export const initialAccessTokenOrder = Type.Object(
  {
    label: Type.Optional(text('For people.')),
    lifetimeSeconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 315_360_000, description: 'Absent: does not expire.' })),
    usesMax: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000, description: 'Absent: any number; 1: one-time.' })),
    defaults: Type.Optional(metadata),
    locked: Type.Optional(metadata),
    policies: Type.Optional(
      Type.Array(Type.String({ maxLength: 255 }), {
        maxItems: 100,
        description: 'Ids of policies that its clients are bound to.',
      }),
    ),
  },
  closed,
)

export const key = Type.Object(
  {
    kid: Type.String(),
    alg: Type.String(),
    state: Type.Enum(['next', 'signing', 'retired']),
    createdAt: time,
    signsFrom: time,
    publishedUntil: Type.Optional(time),
  },
  closed,
)

export const statementOrder = Type.Object(
  {
    claims: Type.Object(
      {},
      { additionalProperties: true, description: 'Client metadata (RFC 7591 §2), and what else is attested of the software.' },
    ),
    lifetimeSeconds: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 315_360_000, default: 86_400, description: 'Until it expires.' }),
    ),
    audience: Type.Optional(
      Type.Array(text('An issuer.', 2048), { minItems: 1, maxItems: 50, description: 'Whom it is for; absent: everybody.' }),
    ),
    alg: Type.Optional(text('One of the signing algorithms of the realm; absent: the first.', 16)),
  },
  closed,
)

export const issuedStatement = Type.Object(
  {
    software_statement: Type.String({ description: 'As it is sent in a registration (RFC 7591 §3.1.1).' }),
    issuer: Type.String(),
    alg: Type.String(),
    jti: Type.String(),
    issuedAt: time,
    expiresAt: time,
  },
  closed,
)

export const keyRotation = Type.Object(
  {
    alg: Type.Optional(Type.String({ description: 'Absent: every algorithm of the realm.' })),
    immediately: Type.Optional(
      Type.Boolean({ description: 'Sign at once, without waiting until every copy of the JWKS is renewed.' }),
    ),
  },
  closed,
)

export const auditEvent = Type.Object(
  {
    id: Type.String(),
    realm: Type.String(),
    type: Type.String(),
    at: time,
    actor: Type.String(),
    client_id: Type.Optional(Type.String()),
    requestId: Type.Optional(Type.String()),
    address: Type.Optional(Type.String()),
    details: Type.Object({}, { additionalProperties: true }),
  },
  closed,
)

export const health = Type.Object(
  {
    status: Type.Enum(['ok', 'failing']),
    checks: Type.Array(Type.Object({ name: Type.String(), ok: Type.Boolean() }, closed)),
  },
  closed,
)

/** `next` is what `after` has to be for the rest; absent at the end. */
export function page<Item extends TSchema>(item: Item) {
  return Type.Object({ items: Type.Array(item), next: Type.Optional(Type.String()) }, closed)
}

const limit = Type.Integer({ minimum: 1, maximum: 200, default: 50 })
const after = Type.Optional(text('`next` of the page before.', 2048))

export const pageQuery = Type.Object({ limit, after }, closed)
export const clientQuery = Type.Object(
  {
    limit,
    after,
    channel: Type.Optional(
      Type.Enum([
        'open',
        'initial-access-token',
        'software-statement',
        'certificate',
        'metadata-document',
        'administrator',
        'provisioned',
      ]),
    ),
    state: Type.Optional(Type.Enum(['active', 'pending', 'suspended'])),
    software_id: Type.Optional(text('Exactly.', 1024)),
    name: Type.Optional(text('Part of client_name, in any case.')),
    property: Type.Optional(
      Type.String({
        maxLength: 4352,
        pattern: '^[A-Za-z_][A-Za-z0-9_.-]{0,127}=[^\\u0000]+$',
        description: 'An extended property with exactly this value, as `name=value`.',
      }),
    ),
  },
  closed,
)
export const auditQuery = Type.Object(
  { limit, after, type: Type.Optional(text('Exactly.')), client_id: Type.Optional(text('Exactly.', 2048)) },
  closed,
)

/** What a client of this API receives. */
export type AdministeredClient = Static<typeof client>
export type AdministeredRealm = Static<typeof realm>
export type AdministeredInitialAccessToken = Static<typeof initialAccessToken>
export type IssuedInitialAccessToken = Static<typeof issuedInitialAccessToken>
export type AdministeredKey = Static<typeof key>
export type AdministeredEvent = Static<typeof auditEvent>
export type ProblemDocument = Static<typeof problem>
export type HealthReport = Static<typeof health>
