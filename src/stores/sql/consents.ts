import type { Consent } from '../contracts.ts'
import type { Database, Statement } from './database.ts'

export interface Consents {
  find(realm: string, accountId: string, client_id: string): Promise<Consent | undefined>
  save(consent: Consent): Promise<void>
  remove(realm: string, accountId: string, client_id: string): Promise<void>
}

export function createConsents({ query }: Pick<Database, 'query'>): Consents {
  return {
    async find(realm, accountId, client_id) {
      const [row] = await query<ConsentRow>(select, [realm, accountId, client_id])
      return row === undefined ? undefined : { ...row, realm, accountId, client_id }
    },
    async save({ realm, accountId, client_id, scopes, claims, resourceScopes, faceDigest, givenAt }) {
      const given = [JSON.stringify(scopes), JSON.stringify(claims), JSON.stringify(resourceScopes), faceDigest, givenAt]
      await query(upsert, [realm, accountId, client_id, ...given])
    },
    async remove(realm, accountId, client_id) {
      await query({ text: 'delete from consents where realm = $1 and account_id = $2 and client_id = $3' }, [
        realm,
        accountId,
        client_id,
      ])
    },
  }
}

type ConsentRow = Omit<Consent, 'realm' | 'accountId' | 'client_id'>

const select: Statement = {
  name: 'find-consent',
  text: `select scopes, claims, resource_scopes as "resourceScopes", face_digest as "faceDigest", given_at as "givenAt"
    from consents where realm = $1 and account_id = $2 and client_id = $3`,
}

const upsert: Statement = {
  text: `insert into consents (realm, account_id, client_id, scopes, claims, resource_scopes, face_digest, given_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8)
    on conflict (realm, account_id, client_id) do update set scopes = excluded.scopes, claims = excluded.claims,
      resource_scopes = excluded.resource_scopes, face_digest = excluded.face_digest, given_at = excluded.given_at`,
}
