import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { inject } from 'vitest'
import { parse } from 'yaml'
import { build } from '../../scripts/build.mjs'
import { freePort } from './free-port.ts'
import { processTree } from './process-tree.ts'

/** Where a server lives, over all the processes that serve it one after the other or at once. */
export interface ServerPlace {
  readonly issuer: string
  /** The configuration. */
  readonly file: string
  readonly data: string
  readonly adminToken: string
  /** Writes the configuration anew; a process takes it at its start, or on SIGHUP. */
  configure(changes: ConfigurationChanges): Promise<void>
  start(options?: StartOptions): Promise<ServerProcess>
  /** Process ids of the embedded PostgreSQL in the data folder: the postmaster's first, then those of its children. */
  postgresPids(): Promise<readonly number[]>
  /** Ends whatever still runs, and removes every trace. */
  remove(): Promise<void>
}

/** On top of `examples/quickstart.yaml`; of the default realm, whole members are replaced, or left out if `undefined`. */
export interface ConfigurationChanges {
  /** Of a PostgreSQL server; the embedded one, if not given. */
  readonly databaseUrl?: string
  readonly realm?: Readonly<Record<string, unknown>>
  /** Of the outermost level. */
  readonly rooms?: Readonly<Record<string, unknown>>
}

export interface StartOptions {
  /** Other ports than those of the place: a second process of the same issuer. */
  readonly elsewhere?: boolean
  /** For Node itself. */
  readonly execArgv?: readonly string[]
}

export interface Ending {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** One `registrar serve`. */
export interface ServerProcess {
  readonly url: string
  readonly adminUrl: string
  readonly pid: number
  readonly ended: Promise<Ending>
  /** What it has written so far. */
  output(): string
  kill(signal: NodeJS.Signals): Promise<Ending>
  stop(): Promise<Ending>
  signal(signal: NodeJS.Signals): void
  /** As an administrator: `/admin/v1` + path. */
  admin(method: string, path: string, body?: object): Promise<Response>
}

export async function serverPlace(changes: ConfigurationChanges = {}): Promise<ServerPlace> {
  await buildOnce()
  const folder = await mkdtemp(join(tmpdir(), 'registrar-process-'))
  // As root the embedded server runs under another account, which has to get through.
  await chmod(folder, 0o711)
  const place: Place = {
    issuer: `http://127.0.0.1:${await freePort()}`,
    file: join(folder, 'registrar.yaml'),
    data: join(folder, 'data'),
    adminToken: randomBytes(32).toString('base64url'),
    secret: randomBytes(32).toString('base64url'),
  }
  const processes: ServerProcess[] = []
  const configure = async (next: ConfigurationChanges) => writeFile(place.file, JSON.stringify(await configuration(place, next)))
  await configure(changes)
  const postgresPids = () => processTree(join(place.data, 'postgres/cluster/postmaster.pid'))
  return {
    issuer: place.issuer,
    file: place.file,
    data: place.data,
    adminToken: place.adminToken,
    configure,
    postgresPids,
    start: (options = {}) => launch(place, options, (running) => processes.push(running)),
    async remove() {
      for (const running of processes) await running.kill('SIGKILL')
      for (const pid of await postgresPids()) killIfThere(pid)
      await rm(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

interface Place {
  readonly issuer: string
  readonly file: string
  readonly data: string
  readonly adminToken: string
  readonly secret: string
}

async function configuration(
  { issuer, adminToken, secret }: Place,
  { databaseUrl, realm = {}, rooms = {} }: ConfigurationChanges,
) {
  const quickstart = parse(await readFile('examples/quickstart.yaml', 'utf8'))
  const host = '127.0.0.1'
  const rateLimits = Object.keys(quickstart.http.rateLimits).map((name) => [name, { requestsMax: 100_000_000, window: '1m' }])
  return {
    ...quickstart,
    publicUrl: issuer,
    listen: { public: { host }, admin: { host } },
    database: databaseUrl === undefined ? 'embedded' : { url: { value: databaseUrl }, connections: 10 },
    secret: { value: secret },
    adminToken: { value: adminToken },
    http: { ...quickstart.http, rateLimits: Object.fromEntries(rateLimits) },
    realms: { default: { ...quickstart.realms.default, ...realm } },
    ...rooms,
  }
}

/** Generous: the machines that run tests have other things to do. */
const readyMillisecondsMax = 60_000

async function launch(
  place: Place,
  { elsewhere = false, execArgv = [] }: StartOptions,
  onSpawn: (running: ServerProcess) => void,
) {
  const port = elsewhere ? await freePort() : Number(new URL(place.issuer).port)
  const adminPort = await freePort()
  const flags = ['--config', place.file, '--data', place.data, '--port', String(port), '--admin-port', String(adminPort)]
  const started = performance.now()
  const child = spawn(process.execPath, [...execArgv, 'dist/cli/main.js', 'serve', ...flags], {
    env: withoutSettings(process.env),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const chunks: string[] = []
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => chunks.push(text))
  const ended = once(child, 'close').then(([code, signal]): Ending => ({ code, signal }))
  const [url, adminUrl] = [`http://127.0.0.1:${port}`, `http://127.0.0.1:${adminPort}`]
  const signal = (name: NodeJS.Signals): void => void child.kill(name)
  const running = {
    ...{ url, adminUrl, pid: child.pid ?? 0, ended },
    output: () => chunks.join(''),
    signal,
    kill: (name: NodeJS.Signals) => {
      signal(name)
      return ended
    },
    stop: () => {
      signal('SIGTERM')
      return ended
    },
    admin: (method: string, path: string, body?: object) =>
      fetch(`${adminUrl}/admin/v1${path}`, {
        method,
        headers: { authorization: `Bearer ${place.adminToken}`, ...(body && { 'content-type': 'application/json' }) },
        ...(body && { body: JSON.stringify(body) }),
      }),
  }
  onSpawn(running)
  await untilReady(running, started)
  return running
}

/** What the machine's owner has set for a Registrar of their own would win over the file. */
function withoutSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('REGISTRAR_')))
}

async function untilReady(
  { url, ended, output }: Pick<ServerProcess, 'url' | 'ended' | 'output'>,
  started: number,
): Promise<void> {
  let ending: Ending | undefined
  void ended.then((how) => {
    ending = how
  })
  while (!(await isReady(url))) {
    if (ending !== undefined) throw new Error(`the server ended (${ending.signal ?? ending.code}): ${output()}`)
    if (performance.now() - started > readyMillisecondsMax) throw new Error(`the server was not ready in time: ${output()}`)
    await delay(10)
  }
}

export async function isReady(url: string): Promise<boolean> {
  const answer = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(15_000) }).catch(() => undefined)
  await answer?.arrayBuffer()
  return answer?.ok === true
}

/** Test files run in parallel, and one of them builds what all of them start; the lock ends with the session. */
async function buildOnce(): Promise<void> {
  const client = new pg.Client(inject('embeddedServer'))
  await client.connect()
  try {
    await client.query('select pg_advisory_lock(7591011)')
    await build()
  } finally {
    await client.end()
  }
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
