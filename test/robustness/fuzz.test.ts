import { readFile } from 'node:fs/promises'
import fc from 'fast-check'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestDatabase, testDatabase } from '../support/database.ts'
import { urlOf } from '../support/database-url.ts'
import { heapBytes, inspected } from '../support/inspect-process.ts'
import { type Connections, inLanes, openConnections, post, type Received, type Registered, read } from '../support/load.ts'
import { type ServerPlace, type ServerProcess, serverPlace } from '../support/server-process.ts'
import { type HostileBody, hostileBody } from './hostile-registrations.ts'

const bodies = 20_000
const lanes = 8
const seed = Number(process.env['FUZZ_SEED'] ?? 7591)
/** By then everything is compiled, every connection open and every cache as full as it gets. */
const warmUpBodies = 4_000
const heapGrowthBytesMax = 12 * 1024 * 1024
const residentGrowthBytesMax = 96 * 1024 * 1024

/** A request and what came of it, short enough to be read in a report. */
type Complaint = string

describe(`${bodies} hostile bodies (seed ${seed})`, { timeout: 300_000 }, () => {
  let database: TestDatabase
  let sql: pg.Client
  let place: ServerPlace
  let server: ServerProcess
  let connections: Connections
  beforeAll(async () => {
    database = await testDatabase()
    sql = new pg.Client(database.connection)
    await sql.connect()
    // A failure to fetch is told at once: what it costs to hide why it failed is not looked at here.
    const rooms = { outbound: { failureFloor: '0ms' } }
    place = await serverPlace({ databaseUrl: urlOf(database.connection), rooms })
    server = await place.start({ execArgv: inspected })
    connections = openConnections(server.url, lanes)
  }, 120_000)
  afterAll(async () => {
    await connections?.close()
    await place?.remove()
    await sql?.end()
    await database?.drop()
  })

  it('bring down nothing, store nothing by halves, and leave no memory behind', async () => {
    const fuzz = createFuzz(connections, await registerClients(connections))
    await fuzz.run(warmUpBodies, seed)
    const before = { heap: await heapBytes(server), resident: await residentBytes(server.pid) }
    await fuzz.run(bodies - warmUpBodies, seed + 1)

    expect(fuzz.complaints.slice(0, 10)).toEqual([])
    expect(fuzz.counts.sent).toBe(bodies)
    // A fuzz run that everything bounces off would prove little.
    expect(fuzz.counts.registered).toBeGreaterThan(bodies / 100)
    expect(fuzz.counts.updated).toBeGreaterThan(0)
    await expectStored(sql, lanes + fuzz.counts.registered)

    await expect
      .poll(async () => (await heapBytes(server)) - before.heap, { timeout: 30_000, interval: 200 })
      .toBeLessThan(heapGrowthBytesMax)
    expect((await residentBytes(server.pid)) - before.resident).toBeLessThan(residentGrowthBytesMax)
    console.log(
      `${JSON.stringify(fuzz.counts)}, heap ${mebibytes(before.heap)} before and ${mebibytes(await heapBytes(server))} after`,
    )
    expect(server.output()).not.toMatch(/"level":"?(50|60|error|fatal)/)
    expect((await server.stop()).code).toBe(0)
  })
})

function createFuzz(connections: Connections, clients: readonly Registered[]) {
  const complaints: Complaint[] = []
  const counts = { sent: 0, registered: 0, updated: 0, refused: 0 }
  const states = new Map<Registered, string>()

  const readBack = async (client: Registered): Promise<string> => {
    const { status, text } = await connections.send(read(client))
    return status === 200 ? withoutSecrets(text) : `${status} ${text}`
  }

  const register = async (body: HostileBody, complain: (why: string) => void): Promise<void> => {
    const answer = await send(connections, { method: 'POST', path: '/register', headers: {} }, body)
    if (answer.status !== 201) return judgeRefusal(answer, complain)
    counts.registered += 1
    const client = JSON.parse(answer.text) as Registered
    if ((await readBack(client)) !== withoutSecrets(answer.text))
      complain(`201 ${answer.text}, but read is ${await readBack(client)}`)
  }

  const update = async (client: Registered, body: HostileBody, complain: (why: string) => void): Promise<void> => {
    const { path, headers = {} } = read(client)
    const method = counts.sent % 2 === 0 ? 'PUT' : 'PATCH'
    const before = states.get(client) ?? (await readBack(client))
    const answer = await send(connections, { method, path, headers }, body)
    const after = await readBack(client)
    states.set(client, after)
    if (answer.status === 200) {
      counts.updated += 1
      if (after !== withoutSecrets(answer.text)) complain(`200 ${answer.text}, but read is ${after}`)
    } else {
      judgeRefusal(answer, complain)
      if (after !== before) complain(`${answer.status}, but ${before} became ${after}`)
    }
  }

  const judgeRefusal = (answer: Received, complain: (why: string) => void): void => {
    counts.refused += 1
    const why = whatIsWrong(answer)
    if (why !== undefined) complain(`${why}: ${answer.status} ${JSON.stringify(answer.headers)} ${answer.text.slice(0, 500)}`)
  }

  return {
    complaints,
    counts,
    async run(times: number, seedOfRun: number): Promise<void> {
      const sample = fc.sample(hostileBody(), { numRuns: times, seed: seedOfRun })
      await inLanes(lanes, times, async (index, lane) => {
        const body = sample[index] as HostileBody
        const complain = (why: string) =>
          complaints.push(`${why}\n  after ${JSON.stringify(new TextDecoder().decode(body.bytes).slice(0, 1000))}`)
        counts.sent += 1
        // Each lane has a client of its own, so that nobody else changes it between a request and a look.
        if (index % 5 === 0) await update(clients[lane] as Registered, body, complain)
        else await register(body, complain)
      })
    },
  }
}

async function registerClients(connections: Connections): Promise<readonly Registered[]> {
  const answers = Array.from({ length: lanes }, () =>
    connections.send(post('/register', { redirect_uris: ['https://app.example/cb'] })),
  )
  return (await Promise.all(answers)).map(({ text }) => JSON.parse(text) as Registered)
}

/** An update names its client (RFC 7592 §2.2); one that does not is refused before anything else is looked at. */
function addressed(bytes: Uint8Array, client_id: string): Uint8Array {
  const text = new TextDecoder().decode(bytes)
  return text.startsWith('{"') ? new TextEncoder().encode(`{"client_id":${JSON.stringify(client_id)},${text.slice(1)}`) : bytes
}

async function send(
  connections: Connections,
  to: { method: string; path: string; headers: object },
  { bytes, contentType }: HostileBody,
) {
  const body = to.method === 'PUT' ? addressed(bytes, decodeURIComponent(to.path.split('/')[2] ?? '')) : bytes
  return connections.send({ ...to, headers: { ...to.headers, 'content-type': contentType }, body })
}

/** As written, but for what is told once. */
function withoutSecrets(text: string): string {
  const { client_secret: _secret, registration_access_token: _token, ...rest } = JSON.parse(text) as Record<string, unknown>
  return JSON.stringify(rest)
}

const errors =
  /^(invalid_redirect_uri|invalid_client_metadata|invalid_software_statement|unapproved_software_statement|invalid_request)$/

/** RFC 7591 §3.2.2: 4xx, JSON, a known code, a description of printable ASCII, and nothing that a cache may keep. */
function whatIsWrong({ status, headers, text }: Received): string | undefined {
  if (status < 400 || status >= 500) return 'status'
  if (!String(headers['content-type']).startsWith('application/json')) return 'content type'
  if (headers['cache-control'] !== 'no-store') return 'cache control'
  const { error, error_description } = JSON.parse(text) as { error?: unknown; error_description?: unknown }
  if (typeof error !== 'string' || !errors.test(error)) return 'error code'
  return typeof error_description === 'string' && /^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/.test(error_description)
    ? undefined
    : 'description'
}

async function expectStored(sql: pg.Client, clients: number): Promise<void> {
  const { rows } = await sql.query(`select
    (select count(*)::integer from clients where channel <> 'provisioned') as clients,
    (select count(*)::integer from audit_events where type = 'client.registered') as registrations,
    (select count(*)::integer from clients where client_id is null or metadata is null) as halves,
    (select count(*)::integer from engine_objects) as objects`)
  expect(rows).toEqual([{ clients, registrations: clients, halves: 0, objects: 0 }])
}

async function residentBytes(pid: number): Promise<number> {
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Number(kibibytes) * 1024
}

function mebibytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`
}
