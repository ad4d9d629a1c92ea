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

/** What the shared server has realms of; `undefined` where every test file starts a server of its own. */
export async function sharedExamples(): Promise<readonly string[] | undefined> {
  return (await readShared())?.places.map(({ example }) => example)
}

/** A realm of the shared server that was made of the example; `undefined` where there is none to share. */
export async function takeSharedPlace(file: string): Promise<TestServer | undefined> {
  const shared = await readShared()
  const places = shared?.places.filter(({ example }) => example === basename(file)) ?? []
  if (shared === undefined || places.length === 0) return undefined
  for (const place of places) {
    if (await isTaken(join(shared.data, 'taken', place.realm))) continue
    resolveLocalhostNames()
    return serverAt(place, shared)
  }
  throw new Error(`the shared server has no realm of ${file} left`)
}

async function readShared(): Promise<SharedServer | undefined> {
  const path = process.env[sharedServerVariable]
  return path === undefined ? undefined : (JSON.parse(await readFile(path, 'utf8')) as SharedServer)
}

/** Made by one alone: test files run in processes of their own. */
async function isTaken(mark: string): Promise<boolean> {
  await mkdir(join(mark, '..'), { recursive: true })
  return mkdir(mark).then(
    () => false,
    () => true,
  )
}

async function serverAt(
  { realm, url, mtlsUrl }: SharedPlace,
  { file, data, port, adminPort }: SharedServer,
): Promise<TestServer> {
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
