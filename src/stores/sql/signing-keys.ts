import type { KeyChange, SigningKey } from '../contracts.ts'
import type { Database, Query } from './database.ts'
import { announceRevision } from './realm-channel.ts'

export interface SigningKeys {
  list(realm: string): Promise<readonly SigningKey[]>
  change(realm: string, change: (keys: readonly SigningKey[]) => Promise<KeyChange>): Promise<void>
}

export function createSigningKeys(database: Pick<Database, 'query' | 'transaction'>): SigningKeys {
  return {
    list: (realm) => list(database.query, realm),
    change: (realm, change) =>
      database.transaction(async (query) => {
        // Held until the end: who else wants to change the keys of the realm waits, and then sees what has become of them.
        await query({ text: 'insert into realms (name, revision) values ($1, 1) on conflict (name) do nothing' }, [realm])
        await query({ text: 'select 1 from realms where name = $1 for update' }, [realm])
        const { insert, publishUntil, isUnheardOf = false } = await change(await list(query, realm))
        for (const key of insert) await insertKey(query, key)
        for (const [kid, until] of Object.entries(publishUntil)) {
          await query({ text: 'update signing_keys set published_until = $3 where realm = $1 and kid = $2' }, [realm, kid, until])
        }
        if (isUnheardOf) return
        await query(
          {
            text: `with changed as (update realms set revision = revision + 1 where name = $1 returning name) ${announceRevision}`,
          },
          [realm],
        )
      }),
  }
}

interface KeyRow {
  readonly realm: string
  readonly kid: string
  readonly alg: string
  readonly public_jwk: SigningKey['publicJwk']
  readonly sealed_private_jwk: string
  readonly created_at: number
  readonly signs_from: number
  readonly published_until: number | null
}

const columns = 'realm, kid, alg, public_jwk, sealed_private_jwk, created_at, signs_from, published_until'

async function list(query: Query, realm: string): Promise<readonly SigningKey[]> {
  const rows = await query<KeyRow>({ text: `select ${columns} from signing_keys where realm = $1 order by created_at, kid` }, [
    realm,
  ])
  return rows.map((row) => ({
    realm: row.realm,
    kid: row.kid,
    alg: row.alg,
    publicJwk: row.public_jwk,
    sealedPrivateJwk: row.sealed_private_jwk,
    createdAt: row.created_at,
    signsFrom: row.signs_from,
    ...(row.published_until === null ? {} : { publishedUntil: row.published_until }),
  }))
}

async function insertKey(query: Query, key: SigningKey): Promise<void> {
  const { realm, kid, alg, publicJwk, sealedPrivateJwk, createdAt, signsFrom, publishedUntil } = key
  const values = [realm, kid, alg, JSON.stringify(publicJwk), sealedPrivateJwk, createdAt, signsFrom, publishedUntil]
  await query({ text: `insert into signing_keys (${columns}) values ($1, $2, $3, $4, $5, $6, $7, $8)` }, values)
}
