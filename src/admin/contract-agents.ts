import { type Static, Type } from 'typebox'

const closed = { additionalProperties: false }
const time = Type.Integer({ description: 'Seconds since 1970-01-01T00:00:00Z.' })
const text = (description: string, maxLength = 255) =>
  Type.String({ minLength: 1, maxLength, pattern: '^[^\\u0000]+$', description })
const texts = (description: string, maxItems = 1000) => Type.Array(text(description, 2048), { maxItems })

/** What is said of an agent. */
const described = {
  name: text('For people.'),
  description: Type.Optional(text('For people.', 2000)),
  owners: Type.Array(Type.String(), { description: 'Ids of the users who answer for it.' }),
  customAttributes: Type.Object({}, { additionalProperties: true, description: 'Whatever else is to be kept of it.' }),
}

/** As clients show it. */
export const agentIdentity = Type.Object({ id: Type.String(), ...described, createdAt: time }, closed)

/** In an import, which keeps the id, so that privileges find their agent. */
export const importedIdentity = Type.Object(
  {
    id: Type.String({ pattern: '^[A-Za-z0-9._-]{1,64}$' }),
    ...described,
    owners: texts('The id of a user.', 100),
    createdAt: Type.Integer({ minimum: 0, maximum: 253_402_300_799 }),
  },
  closed,
)

export const agent = Type.Object(
  {
    ...{ id: Type.String(), realm: Type.String(), client_id: Type.String({ description: 'Of the client that it is.' }) },
    ...described,
    state: Type.Enum(['active', 'pending', 'suspended'], { description: 'That of its client.' }),
    createdAt: time,
    updatedAt: time,
    revision: Type.Integer({ description: 'That of its client.' }),
  },
  closed,
)

const description = {
  name: Type.Optional(text('Absent: the name of the client.')),
  description: Type.Optional(text('For people.', 2000)),
  owners: Type.Optional(texts('The id or the username of a user who answers for it.', 100)),
  customAttributes: Type.Optional(
    Type.Object({}, { additionalProperties: true, maxProperties: 100, description: 'Whatever else is to be kept of it.' }),
  ),
}
const revision = Type.Optional(
  Type.Integer({ minimum: 1, description: 'Of what was looked at; 422 where it has changed since.' }),
)
const clientId = '^[\\x21-\\x7E]{1,255}$'

export const newAgent = Type.Object(
  {
    ...description,
    client_id: Type.Optional(
      Type.String({ pattern: '^[\\x20-\\x7E]{1,2048}$', description: 'A client that becomes an agent; this or `client`.' }),
    ),
    client: Type.Optional(
      Type.Object(
        {
          client_id: Type.Optional(Type.String({ pattern: clientId, description: 'Absent: made by the server.' })),
          firstParty: Type.Optional(Type.Boolean({ description: 'Nobody is asked for consent.' })),
        },
        {
          additionalProperties: true,
          description: 'A client that is registered with it: metadata in wire spelling (RFC 7591 §2).',
        },
      ),
    ),
  },
  closed,
)

export const agentChange = Type.Object({ ...description, revision }, closed)

export const agentQuery = Type.Object(
  {
    limit: Type.Integer({ minimum: 1, maximum: 200, default: 50 }),
    after: Type.Optional(text('`next` of the page before.', 2048)),
    name: Type.Optional(text('Part of the name, in any case.')),
    owner: Type.Optional(text('The id of a user.')),
    client_id: Type.Optional(text('Exactly.', 2048)),
    state: Type.Optional(Type.Enum(['active', 'pending', 'suspended'])),
  },
  closed,
)

export const privilege = Type.Object(
  {
    ...{ id: Type.String(), realm: Type.String(), agent: Type.String({ description: 'The id of the agent.' }) },
    client_id: Type.String({ description: 'Of the client that the agent is.' }),
    resource: Type.Optional(Type.String()),
    subjects: Type.Array(Type.String(), { description: 'Ids of users.' }),
    subjectGroups: Type.Array(Type.String()),
    scopes: Type.Array(Type.String()),
    description: Type.Optional(Type.String()),
    createdAt: time,
    updatedAt: time,
    revision: Type.Integer(),
  },
  closed,
)

const resource = text(
  'The client_id of an application, or the identifier of a protected resource; without it nothing is covered.',
  2048,
)
const subjects = texts('The id or the username of a user.')
const subjectGroups = texts('Whoever has it in the claim `groups`.')
const scopes = texts('A scope; none: whatever agent and presented token have.')
const about = text('For people.', 2000)

const terms = {
  resource: Type.Optional(resource),
  subjects: Type.Optional(subjects),
  subjectGroups: Type.Optional(subjectGroups),
  scopes: Type.Optional(scopes),
  description: Type.Optional(about),
}

const agentId = text('The id of the agent.')
export const newPrivilege = Type.Object({ agent: agentId, ...terms }, closed)
/** In an import; what an export tells besides is ignored. */
export const importedPrivilege = Type.Object(
  { id: Type.String({ pattern: '^[A-Za-z0-9._-]{1,64}$' }), agent: agentId, ...terms },
  { additionalProperties: true },
)
export const privilegeReplacement = Type.Object({ ...terms, revision }, closed)

const orNothing = <Schema extends ReturnType<typeof text>>(schema: Schema) => Type.Optional(Type.Union([schema, Type.Null()]))
export const privilegeMerge = Type.Object(
  { ...terms, resource: orNothing(resource), description: orNothing(about), revision },
  { ...closed, description: 'What is left out stays; null takes `resource` or `description` away (RFC 7396).' },
)

export const privilegeQuery = Type.Object(
  {
    limit: Type.Integer({ minimum: 1, maximum: 200, default: 50 }),
    after: Type.Optional(text('`next` of the page before.', 2048)),
    agent: Type.Optional(text('The id of an agent.')),
    resource: Type.Optional(text('Exactly.', 2048)),
    subject: Type.Optional(text('The id of a user.')),
  },
  closed,
)

export type AdministeredAgent = Static<typeof agent>
export type AdministeredPrivilege = Static<typeof privilege>
