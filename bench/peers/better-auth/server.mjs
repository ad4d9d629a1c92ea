import { createServer } from 'node:http'
import { oauthProvider } from '@better-auth/oauth-provider'
import { betterAuth } from 'better-auth'
import { getMigrations } from 'better-auth/db/migration'
import { toNodeHandler } from 'better-auth/node'
import { jwt } from 'better-auth/plugins'
import { Pool } from 'pg'

/** better-auth with its OAuth provider plugin, open registration, on its own PostgreSQL tables. */
const { PORT = '', DATABASE = '{}' } = process.env
const options = {
  baseURL: `http://127.0.0.1:${PORT}`,
  basePath: '/',
  secret: 'a secret for measuring alone, of enough characters',
  database: new Pool({ ...JSON.parse(DATABASE), max: 10 }),
  logger: { level: 'error' },
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
  plugins: [
    jwt({ jwks: { keyPairConfig: { alg: 'ES256' } } }),
    oauthProvider({
      loginPage: '/sign-in',
      consentPage: '/consent',
      allowDynamicClientRegistration: true,
      allowUnauthenticatedClientRegistration: true,
      silenceWarnings: { oauthAuthServerConfig: true, openidConfig: true },
    }),
  ],
}
const { runMigrations } = await getMigrations(options)
await runMigrations()
createServer(toNodeHandler(betterAuth(options))).listen(Number(PORT), '127.0.0.1')
process.once('SIGTERM', () => process.exit(0))
