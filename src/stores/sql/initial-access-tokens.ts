import type { AuditEvent, EpochSeconds, InitialAccessToken } from '../../registration/index.ts'
import { auditParameters, auditValues, recording } from './audit-rows.ts'
import type { Database } from './database.ts'
import { type TokenRow, tokenColumns, tokenOf } from './token-rows.ts'

export interface InitialAccessTokens {
  insert(token: InitialAccessToken, event: AuditEvent): Promise<void>
  /** Newest first; `after` is the id of the last one seen. */
  list(realm: string, limit: number, after?: string): Promise<readonly InitialAccessToken[]>
  find(realm: string, id: string): Promise<InitialAccessToken | undefined>
  /** `false`: there is none, or it is revoked already; nothing is recorded then. */
  revoke(realm: string, id: string, at: EpochSeconds, event: AuditEvent): Promise<boolean>
}

export function createInitialAccessTokens({ query }: Pick<Database, 'query'>): InitialAccessTokens {
  return {
    async insert(token, event) {
      const { realm, id, digest, label, createdAt, expiresAt, usesMax, uses, revokedAt, defaults, locked, policies } = token
      const values = [
        realm,
        id,
        digest,
        label,
        createdAt,
        expiresAt,
        usesMax,
        uses,
        revokedAt,
        JSON.stringify(defaults),
        JSON.stringify(locked),
        JSON.stringify(policies),
      ]
      await query({ text: insertToken }, [...values, ...auditValues(event)])
    },
    async list(realm, limit, after) {
      const text = `select ${tokenColumns} from initial_access_tokens where realm = $1 and ($3::text is null or id < $3) order by id desc limit $2`
      return (await query<TokenRow>({ text }, [realm, limit, after])).map(tokenOf)
    },
    async find(realm, id) {
      const [row] = await query<TokenRow>(
        { text: `select ${tokenColumns} from initial_access_tokens where realm = $1 and id = $2` },
        [realm, id],
      )
      return row === undefined ? undefined : tokenOf(row)
    },
    async revoke(realm, id, at, event) {
      const [row] = await query<{ done: number }>({ text: revokeToken }, [realm, id, at, ...auditValues(event)])
      return row?.done === 1
    },
  }
}

const insertToken = `
  with inserted as (
    insert into initial_access_tokens (${tokenColumns})
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
    returning id
  ), ${recording(`select ${auditParameters(13)} from inserted`)}
  select 1 as done`

const revokeToken = `
  with revoked as (
    update initial_access_tokens set revoked_at = $3 where realm = $1 and id = $2 and revoked_at is null returning id
  ), ${recording(`select ${auditParameters(4)} from revoked`)}
  select count(*)::integer as done from revoked`
