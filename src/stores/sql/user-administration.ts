import type { AuditEvent } from '../../registration/index.ts'
import type { User } from '../contracts.ts'
import { auditParameters, auditValues, recording } from './audit-rows.ts'
import type { Database, Value } from './database.ts'
import { userColumns } from './users.ts'

export interface UserQuery {
  readonly realm: string
  readonly limit: number
  /** The user name of the last one seen. */
  readonly after?: string
  /** What the user name begins with. */
  readonly username?: string
  readonly active?: boolean
}

/** People as administrators make them. Each change is recorded, or nothing has happened. */
export interface UserAdministration {
  /** By user name; `after` is that of the last one seen. */
  list(query: UserQuery): Promise<readonly User[]>
  /** `false`: somebody has the name already. */
  insert(user: Omit<User, 'provisioned'>, event: AuditEvent): Promise<boolean>
  /**
   * Not of those whom the configuration file has. `ends`: sessions, grants, tokens and consents of the person go along.
   * `taken`: somebody else has the name.
   */
  replace(user: Omit<User, 'provisioned'>, ends: boolean, event: AuditEvent): Promise<'saved' | 'absent' | 'taken'>
  /** With all that the person has here. */
  remove(key: Pick<User, 'realm' | 'id'>, event: AuditEvent): Promise<boolean>
}

export function createUserAdministration({ query }: Pick<Database, 'query'>): UserAdministration {
  const isDone = async (text: string, values: readonly Value[]): Promise<boolean> => (await query({ text }, values)).length > 0
  const valuesOf = ({ realm, id, username, passwordHash, claims, active }: Omit<User, 'provisioned'>): readonly Value[] => [
    ...[realm, id, username, passwordHash === '' ? undefined : passwordHash, JSON.stringify(claims), active],
  ]
  return {
    list: ({ realm, limit, after, username, active }) => query<User>({ text: list }, [realm, limit, after, username, active]),
    insert: (user, event) => isDone(insert, [...valuesOf(user), ...auditValues(event)]),
    async replace(user, ends, event) {
      const [row] = await query<{ outcome: 'saved' | 'absent' | 'taken' }>({ text: replace }, [
        ...valuesOf(user),
        ends,
        ...auditValues(event),
      ])
      return row?.outcome ?? 'absent'
    },
    remove: ({ realm, id }, event) => isDone(remove, [realm, id, ...auditValues(event)]),
  }
}

/** What begins with the same letters stands together in the index, which compares byte by byte. */
const list = `
  select ${userColumns('users')} from users
  where realm = $1 and ($3::text is null or username > $3) and ($5::boolean is null or active = $5)
    and ($4::text is null or (username >= $4 and starts_with(username, $4)))
  order by username limit $2`

const insert = `
  with saved as (
    insert into users (realm, id, username, password_hash, claims, active, provisioned) values ($1, $2, $3, $4, $5, $6, false)
    on conflict do nothing returning realm
  ), ${recording(`select ${auditParameters(7)} from saved`)} select from saved`

/** The models that belong to a person: by them the index is entered. */
const models = [
  ...['Session', 'Grant', 'AccessToken', 'AuthorizationCode', 'RefreshToken', 'DeviceCode', 'BackchannelAuthenticationRequest'],
  ...['Interaction', 'IdToken'],
]

const ending = (from: string) => `
  objects as (
    delete from engine_objects o using ${from} s
    where o.realm = s.realm and o.account_id = s.id and o.model = any (array['${models.join("', '")}'])
  ), given as (
    delete from consents c using ${from} s where c.realm = s.realm and c.account_id = s.id
  )`

const replace = `
  with saved as (
    update users u set username = $3, password_hash = $4, claims = $5, active = $6
    where u.realm = $1 and u.id = $2 and not u.provisioned
      and not exists (select from users other where other.realm = $1 and other.username = $3 and other.id <> $2)
    returning u.realm, u.id
  ), ended as (select realm, id from saved where $7::boolean), ${ending('ended')},
  ${recording(`select ${auditParameters(8)} from saved`)}
  select case when exists (select from saved) then 'saved'
    when exists (select from users where realm = $1 and id = $2 and not provisioned) then 'taken' else 'absent' end as outcome`

const remove = `
  with removed as (
    delete from users where realm = $1 and id = $2 and not provisioned returning realm, id
  ), ${ending('removed')}, ${recording(`select ${auditParameters(3)} from removed`)} select from removed`
