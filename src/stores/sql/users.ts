import type { Account, ProvisionedUser, User } from '../contracts.ts'
import type { Database, Query } from './database.ts'

export interface Users {
  findByUsername(realm: string, username: string): Promise<User | undefined>
  findById(realm: string, id: string): Promise<User | undefined>
  savePasswordHash(realm: string, id: string, passwordHash: string): Promise<void>
  /** Idempotent. A provisioned user who is not in the list any more can no longer sign in. */
  provision(realm: string, users: readonly ProvisionedUser[]): Promise<void>
}

/** The same people, as the engine sees them. */
export interface Accounts {
  find(realm: string, accountId: string): Promise<Account | undefined>
  findByUsername(realm: string, username: string): Promise<Account | undefined>
}

export function createUsers({ query, transaction }: Pick<Database, 'query' | 'transaction'>): Users {
  return {
    findByUsername: (realm, username) => findOne(query, 'username', realm, username),
    findById: (realm, id) => findOne(query, 'id', realm, id),
    async savePasswordHash(realm, id, passwordHash) {
      await query({ text: 'update users set password_hash = $3 where realm = $1 and id = $2' }, [realm, id, passwordHash])
    },
    provision: (realm, users) => transaction((within) => provision(within, realm, users)),
  }
}

export function createAccounts({ query }: Pick<Database, 'query'>): Accounts {
  const accountOf = (user: User | undefined): Account | undefined =>
    user?.active === true ? { id: user.id, username: user.username, claims: user.claims } : undefined
  return {
    find: async (realm, accountId) => accountOf(await findOne(query, 'id', realm, accountId)),
    findByUsername: async (realm, username) => accountOf(await findOne(query, 'username', realm, username)),
  }
}

async function findOne(query: Query, column: 'id' | 'username', realm: string, value: string): Promise<User | undefined> {
  const [row] = await query<User>(
    {
      name: `find-user-by-${column}`,
      text: `select ${userColumns('users')} from users where realm = $1 and ${column} = $2`,
    },
    [realm, value],
  )
  return row
}

/** Nobody's password has an empty hash. */
export function userColumns(table: string): string {
  const columns = [
    'realm',
    'id',
    'username',
    `coalesce(${table}.password_hash, '') as "passwordHash"`,
    'claims',
    'active',
    'provisioned',
  ]
  return columns.map((column) => (column.includes(' ') ? column : `${table}.${column}`)).join(', ')
}

async function provision(query: Query, realm: string, users: readonly ProvisionedUser[]): Promise<void> {
  // In one order: nodes that start at once wait for one another, row by row, and do the same thing.
  const ordered = [...users].sort((a, b) => (a.username < b.username ? -1 : 1))
  for (const { id, username, passwordHash, claims, active } of ordered) {
    await query({ text: makeWay }, [realm, username])
    await query({ text: upsert }, [realm, id, username, passwordHash, JSON.stringify(claims), active])
  }
  const usernames = users.map(({ username }) => username)
  await query(
    { text: 'update users set active = false where realm = $1 and provisioned and active and username <> all ($2::text[])' },
    [realm, usernames],
  )
}

/** Who came from elsewhere chose the name there: the account stays with that person, and the name is the operator's to give. */
const makeWay = `
  update users set username = left(username, 200) || '#' || id
  where realm = $1 and username = $2 and not provisioned and password_hash is null`

/** Somebody who is known by that name keeps the id that clients know. */
const upsert = `
  insert into users (realm, id, username, password_hash, claims, active, provisioned) values ($1, $2, $3, $4, $5, $6, true)
  on conflict (realm, username) do update set password_hash = excluded.password_hash, claims = excluded.claims,
    active = excluded.active, provisioned = true`
