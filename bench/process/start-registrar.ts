import { readFile, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { parse, stringify } from 'yaml'
import type { Target } from '../scenarios/target.ts'
import { freePort } from './free-port.ts'
import { startProcess } from './start-process.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { clientLimits, twentyPolicies } from './twenty-policies.ts'

export interface RunningRegistrar extends Target {
  readonly startedAt: number
  stop(): Promise<void>
}

const jwtResource = 'https://api.example/'
const plenty = { requestsMax: 100_000_000, window: '1m' }

/** What a user starts: the built command on `examples/quickstart.yaml`, its embedded database in a folder of its own. */
export async function startRegistrar(): Promise<RunningRegistrar> {
  const folder = await temporaryFolder()
  const [port, adminPort] = [await freePort(), await freePort()]
  const configuration = join(folder, 'registrar.yaml')
  await writeFile(configuration, stringify(forMeasuring(parse(await readFile('examples/quickstart.yaml', 'utf8')))))
  const ports = ['--port', String(port), '--admin-port', String(adminPort)]
  const origin = `http://127.0.0.1:${port}`
  const metrics = `http://127.0.0.1:${adminPort}/metrics`
  const remove = () => rm(folder, { recursive: true, force: true })
  const server = await startProcess({
    args: [resolve('dist/cli/main.js'), 'serve', '--config', configuration, '--data', join(folder, 'data'), ...ports],
    readyUrl: `${origin}/health/ready`,
  }).catch(async (error: unknown) => {
    await remove()
    throw error
  })
  return {
    ...server,
    embedsDatabase: true,
    origin,
    paths: {
      register: '/register',
      guardedRegister: '/realms/guarded/register',
      limitedRegister: '/realms/limited/register',
      token: '/token',
      introspect: '/introspect',
    },
    jwtResource,
    databaseRoundTrips: () => readCounter(metrics, 'registrar_database_round_trips_total'),
    stop: async () => {
      await server.stop()
      await remove()
    },
  }
}

interface Configuration {
  readonly admin?: Readonly<Record<string, unknown>>
  readonly http?: { readonly rateLimits?: Readonly<Record<string, unknown>> }
  readonly realms: { readonly default: Readonly<Record<string, unknown>> }
}

/** The measurement comes from one address, reads the metrics, and needs a resource whose access tokens are JWTs. */
function forMeasuring(quickstart: Configuration): object {
  const names = ['registrationsPerAddress', 'registrationsPerInitialAccessToken', 'registrations']
  const rateLimits = Object.fromEntries(names.map((name) => [name, plenty]))
  const resources = [{ identifier: jwtResource, scopes: ['mcp:tools'], accessTokenFormat: 'jwt' }]
  const tokens = { signingAlgorithms: ['ES256', 'RS256'], accessTokenSigningAlgorithm: 'ES256' }
  const realm = { ...quickstart.realms.default, resources, tokens }
  return {
    ...quickstart,
    admin: { ...quickstart.admin, metricsWithoutToken: true },
    http: { ...quickstart.http, rateLimits: { ...quickstart.http?.rateLimits, ...rateLimits } },
    realms: { default: realm, guarded: { ...realm, policies: twentyPolicies }, limited: { ...realm, policies: clientLimits } },
  }
}

/** The sum over all labels; `undefined` where the server does not count it. */
async function readCounter(url: string, name: string): Promise<number | undefined> {
  const text = await (await fetch(url)).text()
  const values = text.split('\n').filter((line) => line.startsWith(name) && /[{ ]/.test(line.charAt(name.length)))
  return values.length === 0 ? undefined : values.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)
}
