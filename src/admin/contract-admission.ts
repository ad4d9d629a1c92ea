import { Type } from 'typebox'
import { importedIdentity } from './contract-agents.ts'

const closed = { additionalProperties: false }
const open = { additionalProperties: true }

const time = Type.Integer({ description: 'Seconds since 1970-01-01T00:00:00Z.' })
const metadata = Type.Object({}, { ...open, description: 'Client metadata in wire spelling (RFC 7591 §2).' })
const text = (description: string, maxLength = 255) =>
  Type.String({ minLength: 1, maxLength, pattern: '^[^\\u0000]+$', description })

/** What was attested, and by whom; the statement itself stands in the metadata. */
export const admittedStatement = Type.Object(
  {
    issuerId: Type.String({ description: 'The entry among the statement issuers that was trusted.' }),
    issuer: Type.String(),
    jti: Type.Optional(Type.String()),
    kid: Type.Optional(Type.String()),
    verifiedAt: time,
    claims: Type.Object({}, open),
  },
  closed,
)

/** Why a client waits, or what was decided; `diff` has the members that would change. */
export const review = Type.Object(
  {
    since: time,
    reasons: Type.Array(Type.Object({ policy: Type.String(), reason: Type.String() }, closed)),
    diff: Type.Optional(
      Type.Object({}, { ...open, description: 'Of a change that waits: `{ from, to }` for each changed member.' }),
    ),
    decision: Type.Optional(Type.Enum(['approved', 'refused'])),
    note: Type.Optional(Type.String({ description: 'Told to the client.' })),
    decidedAt: Type.Optional(time),
    decidedBy: Type.Optional(Type.String()),
  },
  closed,
)

export const newClient = Type.Object(
  {
    client_id: Type.Optional(
      Type.String({ pattern: '^[\\x21-\\x7E]{1,255}$', description: 'Chosen by the administrator; absent: made by the server.' }),
    ),
    firstParty: Type.Optional(Type.Boolean({ description: 'Nobody is asked for consent.' })),
  },
  { ...open, description: 'Every other member is client metadata in wire spelling (RFC 7591 §2).' },
)

export const editedMetadata = Type.Object({}, { ...open, description: 'Client metadata in wire spelling (RFC 7591 §2).' })

const revision = Type.Optional(
  Type.Integer({ minimum: 1, description: 'Of the client that was looked at; 422 where it has changed since.' }),
)
export const decisionNote = Type.Object({ note: Type.Optional(text('Told to the client.', 1000)), revision }, closed)
export const refusalNote = Type.Object({ note: text('Told to the client.', 1000), revision }, closed)

/** What the client does not learn by itself: shown this once. */
export const credentials = {
  client_secret: Type.Optional(Type.String({ description: 'Shown this once.' })),
  client_secret_expires_at: Type.Optional(Type.Integer({ description: '0: never.' })),
  registration_access_token: Type.Optional(Type.String({ description: 'Shown this once.' })),
}

export const clientRevision = Type.Object(
  {
    revision: Type.Integer(),
    at: time,
    state: Type.Enum(['active', 'pending', 'suspended']),
    channel: Type.String(),
    firstParty: Type.Boolean(),
    metadata,
    review: Type.Optional(review),
    madeBy: Type.Optional(Type.Object({}, { ...open, description: 'The event that made it.' })),
    removedBy: Type.Optional(Type.Object({}, { ...open, description: 'The event that removed the client in this state.' })),
    diff: Type.Optional(
      Type.Object({}, { ...open, description: '`{ from, to }` for each member that it changed in the revision before.' }),
    ),
  },
  closed,
)

export const policyType = Type.Object(
  {
    name: Type.String(),
    summary: Type.String(),
    cites: Type.Array(Type.String()),
    options: Type.Object({}, { ...open, description: 'JSON Schema of the options.' }),
    concerns: Type.Enum(['metadata', 'requester']),
    operations: Type.Array(Type.Enum(['create', 'update', 'read', 'delete'])),
    guards: Type.Boolean(),
    examples: Type.Object({}, open),
  },
  closed,
)

const channel = Type.Enum([
  'open',
  'initial-access-token',
  'software-statement',
  'certificate',
  'metadata-document',
  'administrator',
  'provisioned',
])

/** A client in an import; what an export tells besides is ignored. */
export const importedClient = Type.Object(
  {
    client_id: Type.String({ pattern: '^[\\x21-\\x7E]{1,255}$' }),
    channel: Type.Optional(channel),
    state: Type.Optional(Type.Enum(['active', 'pending', 'suspended'])),
    firstParty: Type.Optional(Type.Boolean()),
    client_secret: Type.Optional(text('As the client knows it.', 1024)),
    client_id_issued_at: Type.Optional(Type.Integer({ minimum: 0, maximum: 253_402_300_799 })),
    lockedMembers: Type.Optional(Type.Array(text('A member of the metadata.'), { maxItems: 200 })),
    boundPolicies: Type.Optional(Type.Array(text('The id of a policy.'), { maxItems: 200 })),
    agent: Type.Optional(importedIdentity),
    metadata,
  },
  open,
)

const chain = Type.Array(Type.Object({}, open), { maxItems: 200, description: 'Policies as they would be saved, in order.' })

export const previewOrder = Type.Object(
  {
    request: Type.Optional(Type.Object({}, { ...open, description: 'The registration request; this or `jwt`.' })),
    jwt: Type.Optional(
      Type.String({ minLength: 1, maxLength: 65_536, description: 'The registration request as a signed JWT.' }),
    ),
    client_id: Type.Optional(Type.String({ minLength: 1, maxLength: 2048, description: 'Present: an update of that client.' })),
    dialect: Type.Optional(Type.String({ maxLength: 64 })),
    channel: Type.Optional(channel),
    initialAccessToken: Type.Optional(Type.String({ maxLength: 255, description: 'The id of one, not its value.' })),
    address: Type.Optional(Type.String({ maxLength: 64, description: 'Where the request would come from.' })),
    policies: Type.Optional(chain),
  },
  closed,
)

export const replayOrder = Type.Object(
  {
    policies: chain,
    limit: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 1000, description: 'How many of the last requests; 100 unless given.' }),
    ),
  },
  closed,
)

const violations = Type.Array(
  Type.Object(
    {
      code: Type.String(),
      member: Type.Optional(Type.String()),
      reason: Type.String(),
      problem: Type.Optional(
        Type.Object(
          {
            kind: Type.Enum(['malformed', 'scheme', 'fragment', 'loopback', 'unsupported', 'missing', 'unmatched']),
            about: Type.Array(Type.String()),
          },
          { ...closed, description: 'The sort of fault, and the values at fault or the members that are missing.' },
        ),
      ),
    },
    closed,
  ),
)
const outcome = Type.Enum(['registered', 'held', 'refused'])

export const preview = Type.Object(
  {
    outcome,
    steps: Type.Array(
      Type.Object(
        {
          step: Type.String(),
          policy: Type.Optional(Type.String({ description: 'The id of the policy.' })),
          outcome: Type.Enum(['passed', 'amended', 'held', 'refused']),
          amendments: Type.Array(Type.Object({}, open)),
          violations,
          remarks: Type.Array(Type.String()),
        },
        closed,
      ),
    ),
    metadata: Type.Optional(metadata),
    expiresAt: Type.Optional(time),
    violations,
  },
  closed,
)

export const replay = Type.Object(
  {
    attempts: Type.Array(
      Type.Object(
        {
          id: Type.String(),
          at: time,
          before: Type.Object({ outcome, violations }, closed),
          after: preview,
          differs: Type.Boolean(),
        },
        closed,
      ),
    ),
    differing: Type.Integer(),
  },
  closed,
)

export const delivery = Type.Object(
  {
    id: Type.String(),
    webhook: Type.String({ description: 'The id of the webhook.' }),
    event: Type.Object({}, open),
    state: Type.Enum(['waiting', 'dead']),
    attempts: Type.Integer(),
    nextAt: time,
    lastError: Type.Optional(Type.String()),
    createdAt: time,
  },
  closed,
)

export const deliveryQuery = Type.Object(
  {
    limit: Type.Integer({ minimum: 1, maximum: 200, default: 50 }),
    after: Type.Optional(text('`next` of the page before.', 2048)),
    state: Type.Optional(Type.Enum(['waiting', 'dead'])),
    webhook: Type.Optional(text('The id of the webhook.')),
  },
  closed,
)
