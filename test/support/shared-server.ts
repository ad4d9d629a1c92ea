import { mkdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { loadConfiguration } from '../../src/index.ts'
import { resolveLocalhostNames } from './localhost-names.ts'
import type { TestServer } from './test-server.ts'

/** One running process that serves the realms of several examples at once. */
export interface SharedServer {
  /** Of the process, with all realms. */
  readonly file: string
  readonly data: string
  readonly port: number
  readonly adminPort: number
  readonly places: readonly SharedPlace[]
}

/** What an example's realm is reached under. Whoever takes one has it to itself. */
export interface SharedPlace {
  readonly example: string
  readonly realm: string
  readonly url: string
  readonly mtlsUrl?: string
}

/** Where the description of the shared server stands; without it, every test file starts a server of its own. */
export const sharedServerVariable = 'REGISTRAR_TEST_SHARED_SERVER'

/** A realm of the shared server that was made of the example; `undefined` where tests do not share one. */
export async function takeSharedPlace(example: string): Promise<TestServer | undefined> {
  const path = process.env[sharedServerVariable]
  if (path === undefined) return undefined
  const shared = JSON.parse(await readFile(path, 'utf8')) as SharedServer
  for (const place of shared.places.filter((candidate) => candidate.example === basename(example))) {
    if (await isTaken(join(`${path}.taken`, place.realm))) continue
    resolveLocalhostNames()
    return serverAt(place, shared)
  }
  throw new Error(`the shared server has no realm of ${example} left`)
}

/** Made by one alone: test files run in processes of their own. */
async function isTaken(mark: string): Promise<boolean> {
  await mkdir(join(mark, '..'), { recursive: true })
  return mkdir(mark).then(
    () => false,
    () => true,
  )
}

async function serverAt({ realm, url, mtlsUrl }: SharedPlace, { file, data, port, adminPort }: SharedServer): Promise<TestServer> {
  const loaded = await loadConfiguration(file, { port, adminPort, data }, {})
  const configuration = { ...loaded, telemetry: { ...loaded.telemetry, logLevel: 'silent' as const } }
  const adminUrl = `http://127.0.0.1:${adminPort}`
  const { adminToken } = configuration
  return {
    ...{ realmName: realm, url, mtlsUrl, adminUrl, adminToken, configuration },
    admin: (method, path, body) =>
      fetch(`${adminUrl}/admin/v1${path}`, {
        method,
        headers: { authorization: `Bearer ${adminToken}`, ...(body && { 'content-type': 'application/json' }) },
        ...(body && { body: JSON.stringify(body) }),
      }),
    stop: async () => undefined,
  }
}
