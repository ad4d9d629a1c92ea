import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import type { EmbeddedConnection } from '../../src/stores/sql/index.ts'
import { freePort } from '../process/free-port.ts'
import { startProcess } from '../process/start-process.ts'
import type { RunningPeer } from './running-peer.ts'

const folder = resolve('bench/peers/better-auth')

/** Packages of its own, fetched when it is first measured: 24 of them that nothing else here needs. */
export async function startBetterAuth(connection: EmbeddedConnection): Promise<RunningPeer> {
  if (!existsSync(`${folder}/node_modules`)) {
    await promisify(execFile)('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: folder })
  }
  const port = await freePort()
  const origin = `http://127.0.0.1:${port}`
  const server = await startProcess({
    args: [`${folder}/server.mjs`],
    env: { PORT: String(port), DATABASE: JSON.stringify(connection) },
    readyUrl: `${origin}/ok`,
  })
  return {
    ...server,
    embedsDatabase: false,
    origin,
    paths: { register: '/oauth2/register', token: '/oauth2/token', introspect: '/oauth2/introspect' },
  }
}
