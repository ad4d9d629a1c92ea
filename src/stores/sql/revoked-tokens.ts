import type { EpochSeconds } from '../../registration/index.ts'
import type { Database, Statement } from './database.ts'

export interface RevokedTokens {
  add(realm: string, jti: string, expiresAt: EpochSeconds): Promise<void>
  has(realm: string, jti: string): Promise<boolean>
}

export function createRevokedTokens({ query }: Pick<Database, 'query'>): RevokedTokens {
  return {
    async add(realm, jti, expiresAt) {
      await query(insert, [realm, jti, expiresAt])
    },
    async has(realm, jti) {
      return (await query(select, [realm, jti])).length === 1
    },
  }
}

const insert: Statement = {
  text: 'insert into revoked_tokens (realm, jti, expires_at) values ($1, $2, $3) on conflict (realm, jti) do nothing',
}

const select: Statement = {
  name: 'find-revoked-token',
  text: 'select 1 as found from revoked_tokens where realm = $1 and jti = $2',
}
