import type { AuditEvent, EpochSeconds } from '../../registration/index.ts'
import type { AccountLink, NewAccount } from '../account-contracts.ts'
import type { User } from '../contracts.ts'
import { auditParameters, auditValues, recording } from './audit-rows.ts'
import type { Database, Query, Statement } from './database.ts'
import { userColumns } from './users.ts'

/** Who signs in elsewhere, and as whom here. */
export interface UpstreamAccounts {
  find(link: AccountLink): Promise<(User & { readonly ownsAccount: boolean }) | undefined>
  /** Everybody with this address that a provider or the operator vouches for, whatever its case; at most two. */
  findByVerifiedEmail(realm: string, email: string): Promise<readonly User[]>
  /** An account without a password, and its link. `undefined`: somebody else made the link first. */
  create(link: AccountLink, account: NewAccount, event: AuditEvent): Promise<User | undefined>
  /** `false`: there is such a link already. */
  link(link: AccountLink, accountId: string, event: AuditEvent): Promise<boolean>
  saveClaims(realm: string, accountId: string, claims: Readonly<Record<string, unknown>>): Promise<void>
}

export function createUpstreamAccounts({ query, transaction }: Pick<Database, 'query' | 'transaction'>): UpstreamAccounts {
  return {
    async find({ realm, provider, issuer, subject }) {
      const [found] = await query<User & { readonly ownsAccount: boolean }>(find, [realm, provider, issuer, subject])
      return found
    },
    findByVerifiedEmail: (realm, email) => query<User>({ text: findByEmail }, [realm, email.toLowerCase()]),
    async create(link, account, event) {
      try {
        return await transaction((within) => create(within, link, account, event))
      } catch (error) {
        if (error instanceof LinkExists) return undefined
        throw error
      }
    },
    link: (link, accountId, event) => insertLink(query, { ...link, accountId, ownsAccount: false }, event),
    async saveClaims(realm, accountId, claims) {
      const values = [realm, accountId, JSON.stringify(claims)]
      await query({ text: 'update users set claims = $3 where realm = $1 and id = $2 and not provisioned' }, values)
    },
  }
}

/** Rolls the account back that was made for it. */
class LinkExists extends Error {
  override readonly name = 'LinkExists'
}

/** The first name that is free: two people may have one name at two providers. */
async function create(query: Query, link: AccountLink, account: NewAccount, event: AuditEvent): Promise<User> {
  const { id, usernames, claims } = account
  for (const username of usernames) {
    const [user] = await query<User>({ text: insertUser }, [link.realm, id, username, JSON.stringify(claims)])
    if (user === undefined) continue
    if (!(await insertLink(query, { ...link, accountId: id, ownsAccount: true }, event))) throw new LinkExists()
    return user
  }
  throw new Error('every user name that was thought of is taken')
}

interface LinkRow extends AccountLink {
  readonly accountId: string
  readonly ownsAccount: boolean
}

async function insertLink(query: Query, link: LinkRow, event: AuditEvent & { readonly at: EpochSeconds }): Promise<boolean> {
  const { realm, provider, issuer, subject, accountId, ownsAccount } = link
  const values = [realm, provider, issuer, subject, accountId, ownsAccount, event.at]
  return (await query({ text: insertLinkText }, [...values, ...auditValues(event)])).length > 0
}

const find: Statement = {
  name: 'find-linked-user',
  text: `
    select ${userColumns('u')}, l.owns_account as "ownsAccount"
    from account_links l join users u on u.realm = l.realm and u.id = l.account_id
    where l.realm = $1 and l.provider = $2 and l.issuer = $3 and l.subject = $4`,
}

/** The operator's own word needs no proof; what somebody once said at a provider counts only where that provider had verified it. */
const findByEmail = `
  select ${userColumns('u')} from users u
  where u.realm = $1 and lower(u.claims ->> 'email') = $2 and (
    u.claims ->> 'email_verified' = 'true' or (u.provisioned and u.claims ->> 'email_verified' is null)
  ) order by u.id limit 2`

const insertUser = `
  insert into users (realm, id, username, password_hash, claims, active, provisioned)
  values ($1, $2, $3, null, $4, true, false)
  on conflict do nothing
  returning ${userColumns('users')}`

const insertLinkText = `
  with linked as (
    insert into account_links (realm, provider, issuer, subject, account_id, owns_account, linked_at)
    values ($1::text, $2::text, $3::text, $4::text, $5::text, $6::boolean, $7::bigint)
    on conflict do nothing
    returning realm
  ), ${recording(`select ${auditParameters(8)} from linked`)}
  select realm from linked`
