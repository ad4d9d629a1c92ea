import { type Static, Type } from 'typebox'
import { pageQuery } from './contract.ts'

const closed = { additionalProperties: false }
const username = Type.String({
  minLength: 1,
  maxLength: 255,
  pattern: '^[^\\u0000]+$',
  description: 'What the person signs in with.',
})
const claims = Type.Object(
  {},
  { additionalProperties: true, default: {}, description: 'What ID tokens and userinfo say of the person.' },
)
const active = Type.Boolean({
  default: true,
  description: 'Whether the person can sign in; who cannot any more is signed out everywhere.',
})

export const writtenUser = Type.Object(
  {
    username,
    password: Type.Optional(
      Type.String({
        minLength: 8,
        maxLength: 1024,
        description: 'Never shown. Left out of a change, it stays; another one signs the person out everywhere.',
      }),
    ),
    claims: Type.Optional(claims),
    active: Type.Optional(active),
  },
  closed,
)

export const user = Type.Object(
  {
    id: Type.String({ description: 'The account: what a public `sub` says.' }),
    username: Type.String(),
    claims: Type.Object({}, { additionalProperties: true }),
    active: Type.Boolean(),
    hasPassword: Type.Boolean({ description: 'Who signs in elsewhere has none.' }),
    provisioned: Type.Boolean({ description: 'The configuration file owns it: here it can only be read.' }),
  },
  closed,
)

export const userQuery = Type.Object(
  {
    ...pageQuery.properties,
    username: Type.Optional(Type.String({ minLength: 1, maxLength: 255, description: 'What the user name begins with.' })),
    active: Type.Optional(Type.Boolean()),
  },
  closed,
)

export type AdministeredUserDocument = Static<typeof user>
