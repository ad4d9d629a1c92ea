import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { parse, stringify } from 'yaml'
import { copyRealm, tenant } from './process/copy-realm.ts'
import { freePort } from './process/free-port.ts'
import { ownMegabytesOf } from './process/process-usage.ts'
import { type RunningDatabase, startDatabase } from './process/start-database.ts'
import { type ServerProcess, startProcess } from './process/start-process.ts'
import { temporaryFolder } from './process/temporary-folder.ts'
import type { Line } from './report/line.ts'

const realms = 1_000
const runs = 5
const adminToken = 'only-for-measuring-on-this-machine-0123456789'

/** What realms that nobody asks for cost: starts with one and with a thousand in turn, each on a PostgreSQL that runs already. */
export async function measureRealms(): Promise<readonly Line[]> {
  const group = `Registrar, ${realms.toLocaleString('en')} realms`
  const folder = await temporaryFolder()
  const databases = [await startDatabase(), await startDatabase()] as const
  try {
    const [alone, crowded] = [
      await placeOn(databases[0], join(folder, 'alone')),
      await placeOn(databases[1], join(folder, 'crowded')),
    ]
    await measureStart(alone)
    await makeRealms(crowded, databases[1])
    const starts: (readonly [Start, Start])[] = []
    for (let run = 0; run < runs; run += 1) starts.push([await measureStart(alone), await measureStart(crowded)])
    const [one, many] = [medianOf(starts.map(([start]) => start)), medianOf(starts.map(([, start]) => start))]
    const line = (what: string, value: number, unit: string): Line => ({ group, what, figure: { value, unit } })
    return [
      line('start with one realm', one.milliseconds, 'ms'),
      line(`start with ${realms.toLocaleString('en')}`, many.milliseconds, 'ms'),
      line('the second, in times of the first', many.milliseconds / one.milliseconds, 'times'),
      line('memory when idle, more than with one', many.megabytes - one.megabytes, 'MB'),
    ]
  } catch (error) {
    return [{ group, what: 'start', notRun: error instanceof Error ? error.message : String(error) }]
  } finally {
    for (const database of databases) await database.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

interface Place {
  readonly start: () => Promise<ServerProcess>
  readonly adminOrigin: string
}

async function placeOn({ connection }: RunningDatabase, folder: string): Promise<Place> {
  await mkdir(folder)
  const configuration = join(folder, 'registrar.yaml')
  const quickstart = parse(await readFile('examples/quickstart.yaml', 'utf8'))
  const { user, password, host, port, database } = connection
  const url = `postgres://${user}:${password}@/${database}?host=${encodeURIComponent(host)}&port=${port}`
  const own = { database: { url: { value: url } }, adminToken: { value: adminToken } }
  await writeFile(configuration, stringify({ ...quickstart, ...own }))
  const [publicPort, adminPort] = [await freePort(), await freePort()]
  const flags = ['--config', configuration, '--data', join(folder, 'data')]
  const args = [resolve('dist/cli/main.js'), 'serve', ...flags, '--port', String(publicPort), '--admin-port', String(adminPort)]
  return {
    start: () => startProcess({ args, readyUrl: `http://127.0.0.1:${publicPort}/health/ready` }),
    adminOrigin: `http://127.0.0.1:${adminPort}`,
  }
}

interface Start {
  readonly milliseconds: number
  readonly megabytes: number
}

async function measureStart({ start }: Place): Promise<Start> {
  const server = await start()
  const measured = { milliseconds: performance.now() - server.startedAt, megabytes: ownMegabytesOf(server.pid) }
  await server.stop()
  return measured
}

function medianOf(starts: readonly Start[]): Start {
  const median = (values: readonly number[]) => values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0
  return {
    milliseconds: median(starts.map(({ milliseconds }) => milliseconds)),
    megabytes: median(starts.map(({ megabytes }) => megabytes)),
  }
}

/** One as an administrator makes it, and the rest after it. */
async function makeRealms({ start, adminOrigin }: Place, { connection }: RunningDatabase): Promise<void> {
  const server = await start()
  const post = async (path: string, body: object): Promise<void> => {
    const headers = { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' }
    const response = await fetch(`${adminOrigin}/admin/v1${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
    if (!response.ok) throw new Error(`POST ${path} answered ${response.status}: ${await response.text()}`)
  }
  await post('/realms', { name: 'tenant-1', ...tenant })
  await post('/realms/tenant-1/scopes', { name: 'more' })
  await server.stop()
  await copyRealm(connection, realms)
}
