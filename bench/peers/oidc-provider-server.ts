import { generateKeyPairSync } from 'node:crypto'
import Provider from 'oidc-provider'
import { Pool } from 'pg'
import { createAdapter } from './upsert-adapter.ts'

/** Stock oidc-provider with its own registration, each of its objects a row of one table. */
const { PORT = '', DATABASE = '{}' } = process.env
const pool = new Pool({ ...JSON.parse(DATABASE), max: 10 })
await pool.query(`create table if not exists peer_object (
  model text, id text, payload jsonb not null, uid text, user_code text, grant_id text, expires_at timestamptz, primary key (model, id))`)
await pool.query('create index if not exists peer_object_grant on peer_object (grant_id) where grant_id is not null')

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const provider = new Provider(`http://127.0.0.1:${PORT}`, {
  adapter: createAdapter(pool),
  jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'ES256' }] as never },
  clientDefaults: { id_token_signed_response_alg: 'ES256' },
  features: {
    devInteractions: { enabled: false },
    registration: { enabled: true },
    registrationManagement: { enabled: true },
    clientCredentials: { enabled: true },
    introspection: { enabled: true },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: async () => ({
        scope: '',
        accessTokenFormat: 'jwt' as const,
        jwt: { sign: { alg: 'ES256' as const } },
      }),
    },
  },
})
provider.listen(Number(PORT), '127.0.0.1')
process.once('SIGTERM', () => process.exit(0))
