import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startServer } from '../../src/app.ts'
import { type Configuration, loadConfiguration } from '../../src/index.ts'
import { testDatabase } from './database.ts'
import { urlOf } from './database-url.ts'
import { freePort } from './free-port.ts'
import { takeSharedPlace } from './shared-server.ts'

export interface TestServer {
  /** The one that the test is about. */
  readonly realmName: string
  /** Its issuer. */
  readonly url: string
  /** Where client certificates are asked for, if the configuration has such a listener. */
  readonly mtlsUrl: string | undefined
  readonly adminUrl: string
  readonly adminToken: string
  readonly configuration: Configuration
  /** As an administrator: `/admin/v1` + path. */
  admin(method: string, path: string, body?: object): Promise<Response>
  stop(): Promise<void>
}

export interface TestServerOptions {
  /** A complete configuration; the quickstart, if nothing else is said. */
  readonly file?: string
  readonly env?: Readonly<Record<string, string>>
  /** What a test wants otherwise than the file says. */
  readonly change?: (configuration: Configuration) => Configuration
}

/** The whole server in this process, as `registrar serve` starts it, on a database of its own and on free ports. */
export async function startTestServer({
  file = 'examples/quickstart.yaml',
  env = {},
  change,
}: TestServerOptions = {}): Promise<TestServer> {
  // What a test wants otherwise, others need not want.
  const shared = change === undefined ? await takeSharedPlace(file) : undefined
  return shared ?? startOwn({ file, env, change: change ?? ((same) => same) })
}

async function startOwn({ file, env, change }: Required<TestServerOptions>): Promise<TestServer> {
  const data = await mkdtemp(join(tmpdir(), 'registrar-test-'))
  const database = await testDatabase()
  const [port, adminPort] = [await freePort(), await freePort()]
  const loaded = await loadConfiguration(file, { port, adminPort, data }, env)
  const configuration = change({
    ...loaded,
    listen: await withFreeMtlsPort(loaded.listen),
    database: { url: urlOf(database.connection), connections: 4 },
    telemetry: { ...loaded.telemetry, logLevel: 'silent' },
  })
  const running = await startServer(configuration)
  return {
    realmName: nameOfFirst(configuration),
    url: running.publicUrl,
    mtlsUrl: configuration.listen.mtls?.publicUrl,
    adminUrl: running.adminUrl,
    adminToken: configuration.adminToken,
    configuration,
    admin: (method, path, body) =>
      fetch(`${running.adminUrl}/admin/v1${path}`, {
        method,
        headers: { authorization: `Bearer ${configuration.adminToken}`, ...(body && { 'content-type': 'application/json' }) },
        ...(body && { body: JSON.stringify(body) }),
      }),
    async stop() {
      await running.stop()
      await database.drop()
      await rm(data, { recursive: true, force: true })
    },
  }
}

function nameOfFirst({ realms }: Configuration): string {
  return (realms.find(({ name }) => name === 'default') ?? realms[0])?.name ?? 'default'
}

/** Another node of the same server: on the same database, under the same issuer, reached by an address of its own. */
export async function startAnotherNode({
  url,
  configuration,
}: TestServer): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const port = await freePort()
  const { public: first, admin } = configuration.listen
  const listen = { public: { ...first, port }, admin: { ...admin, port: await freePort() } }
  const { stop } = await startServer({ ...configuration, listen })
  return { url: `http://${new URL(url).hostname}:${port}`, stop }
}

async function withFreeMtlsPort(listen: Configuration['listen']): Promise<Configuration['listen']> {
  if (listen.mtls === undefined) return listen
  const port = await freePort()
  return { ...listen, mtls: { ...listen.mtls, port, publicUrl: `https://localhost:${port}` } }
}
