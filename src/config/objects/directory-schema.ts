import { type TProperties, type TSchema, Type } from 'typebox'
import { objectId } from './object-names.ts'

const strict = { additionalProperties: false }
const dn = (description: string) => Type.Optional(Type.String({ minLength: 1, maxLength: 1024, description }))
const attribute = (description: string) =>
  Type.String({
    pattern: '^(?:[A-Za-z][A-Za-z0-9-]*|[0-9]+(?:\\.[0-9]+)+)$',
    maxLength: 255,
    accepts: 'the name of an attribute',
    description,
  })
const seconds = (fallback: number, description: string) =>
  Type.Integer({ minimum: 1, maximum: 60, default: fallback, description })

const groups = Type.Object(
  {
    claim: Type.String({ minLength: 1, maxLength: 255, default: 'groups', description: 'The claim that has them.' }),
    attribute: Type.Optional(attribute('Of the person, such as `memberOf`.')),
    baseDn: dn('Below which groups are searched that have the person among their members.'),
    memberAttribute: { ...attribute('Of those groups: where the members stand.'), default: 'member' },
    names: Type.Enum(['short', 'dn'], {
      default: 'short',
      description: 'The leading component of a group’s name, or all of it.',
    }),
  },
  strict,
)

/** How a file and the admin API describe an LDAP directory; they differ in how a secret and a certificate are given. */
export function directorySchema<Secret extends TSchema, Ca extends TProperties>(bindPassword: Secret, ca: Ca) {
  return Type.Object(
    {
      id: { ...objectId, description: 'What the log calls it, and a user name whose plain form is taken.' },
      enabled: Type.Boolean({ default: true, description: '`false`: nobody signs in there.' }),
      url: Type.String({
        pattern: '^[Ll][Dd][Aa][Pp][Ss]?://(?:[A-Za-z0-9.-]+|\\[[0-9A-Fa-f:.]+\\])(?::[0-9]{1,5})?/?$',
        maxLength: 1024,
        accepts: 'ldaps:// or ldap://, a host, and maybe a port',
        description: '`ldaps://`; or `ldap://` with `startTls`.',
      }),
      startTls: Type.Boolean({ default: false, description: 'Secure an `ldap://` connection before anything is said.' }),
      ...ca,
      userDn: Type.Optional(
        Type.String({
          pattern: '^[^{}]+=\\{username\\}(?:[,+][^{}]*)?$',
          maxLength: 1024,
          accepts: 'a name with {username} as a value, such as uid={username},ou=people,dc=example',
          description: 'The name of a person’s entry. Without it, people are searched below `baseDn`.',
        }),
      ),
      baseDn: dn('Below which people are searched.'),
      bindDn: dn('Who searches. Without it nobody: some directories let everybody search.'),
      bindPassword,
      usernameAttributes: Type.Array(attribute('Such as `uid`, `mail`, `sAMAccountName`.'), {
        minItems: 1,
        default: ['uid'],
        description: 'What people may type; the first one becomes the user name.',
      }),
      objectClass: Type.Optional(attribute('Only entries of this class are people.')),
      idAttribute: {
        ...attribute(
          'What stays with a person for good: whoever has another value is somebody else. `objectGUID` in Active Directory.',
        ),
        default: 'entryUUID',
      },
      claims: Type.Record(Type.String({ minLength: 1, maxLength: 255 }), attribute('Of the person.'), {
        default: { name: 'cn', given_name: 'givenName', family_name: 'sn', email: 'mail' },
        description: 'Claims, and the attribute that each is taken from at every sign-in.',
      }),
      groups: Type.Optional({ ...groups, description: 'Where the groups of a person stand, if anybody should know.' }),
      connectTimeoutSeconds: seconds(3, 'Until it has to be there.'),
      timeoutSeconds: seconds(5, 'Until it has to answer.'),
      connectionsMax: Type.Integer({
        minimum: 1,
        maximum: 100,
        default: 10,
        description: 'At the same time, of one node. Eight times as many sign-ins wait; past that they are told to come again.',
      }),
    },
    strict,
  )
}
