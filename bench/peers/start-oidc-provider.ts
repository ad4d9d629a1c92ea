import { fileURLToPath } from 'node:url'
import type { EmbeddedConnection } from '../../src/stores/sql/index.ts'
import { freePort } from '../process/free-port.ts'
import { startProcess } from '../process/start-process.ts'
import type { RunningPeer } from './running-peer.ts'

export async function startOidcProvider(connection: EmbeddedConnection): Promise<RunningPeer> {
  const port = await freePort()
  const origin = `http://127.0.0.1:${port}`
  const server = await startProcess({
    args: [fileURLToPath(new URL('./oidc-provider-server.js', import.meta.url))],
    env: { PORT: String(port), DATABASE: JSON.stringify(connection) },
    readyUrl: `${origin}/.well-known/openid-configuration`,
  })
  return {
    ...server,
    embedsDatabase: false,
    origin,
    paths: { register: '/reg', token: '/token', introspect: '/token/introspection' },
    jwtResource: 'https://api.example/',
  }
}
