import type { Adapter, AdapterConstructor, AdapterPayload } from 'oidc-provider'
import type { Pool } from 'pg'

/** The least that oidc-provider's documentation asks of an adapter, each call one prepared statement. */
export function createAdapter(pool: Pool): AdapterConstructor {
  const run = async (name: string, text: string, values: readonly unknown[]) =>
    (await pool.query<{ readonly payload: AdapterPayload }>({ name, text, values: [...values] })).rows[0]?.payload
  const unexpired = '(expires_at is null or expires_at > now())'

  return class UpsertAdapter implements Adapter {
    readonly #model: string

    constructor(model: string) {
      this.#model = model
    }

    async upsert(id: string, payload: AdapterPayload, expiresIn?: number): Promise<void> {
      const { uid, userCode, grantId } = payload
      await run(
        'upsert',
        `insert into peer_object (model, id, payload, uid, user_code, grant_id, expires_at)
         values ($1, $2, $3, $4, $5, $6, now() + make_interval(secs => $7))
         on conflict (model, id) do update set payload = excluded.payload, expires_at = excluded.expires_at`,
        [this.#model, id, JSON.stringify(payload), uid, userCode, grantId, expiresIn ?? null],
      )
    }

    find(id: string): Promise<AdapterPayload | undefined> {
      return run('find', `select payload from peer_object where model = $1 and id = $2 and ${unexpired}`, [this.#model, id])
    }

    findByUid(uid: string): Promise<AdapterPayload | undefined> {
      return run('by-uid', `select payload from peer_object where model = $1 and uid = $2 and ${unexpired}`, [this.#model, uid])
    }

    findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
      const text = `select payload from peer_object where model = $1 and user_code = $2 and ${unexpired}`
      return run('by-user-code', text, [this.#model, userCode])
    }

    async consume(id: string): Promise<void> {
      const consumed = `jsonb_set(payload, '{consumed}', to_jsonb(extract(epoch from now())::bigint))`
      await run('consume', `update peer_object set payload = ${consumed} where model = $1 and id = $2`, [this.#model, id])
    }

    async destroy(id: string): Promise<void> {
      await run('destroy', 'delete from peer_object where model = $1 and id = $2', [this.#model, id])
    }

    async revokeByGrantId(grantId: string): Promise<void> {
      await run('revoke', 'delete from peer_object where grant_id = $1', [grantId])
    }
  }
}
