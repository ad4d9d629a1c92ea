import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/stores/sql/index.ts'
import { urlOf } from '../support/database-url.ts'
import {
  type Connections,
  form,
  openConnections,
  post,
  type Received,
  type Registered,
  read,
  type Sent,
} from '../support/load.ts'
import { processTree } from '../support/process-tree.ts'
import { isReady, type ServerPlace, type ServerProcess, serverPlace } from '../support/server-process.ts'

/** A statement may take 10 s, an answer a little more; and the machine that runs the tests may be busy. */
const answerMillisecondsMax = 20_000
const metadata = {
  client_name: 'Notebook',
  redirect_uris: ['https://app.example/cb'],
  grant_types: ['client_credentials'],
  response_types: [],
}

describe('a lost database', { timeout: 120_000 }, () => {
  let folder: string
  let postgres: EmbeddedPostgres | undefined
  let place: ServerPlace
  let server: ServerProcess
  let connections: Connections
  let client: Registered
  const startPostgres = () => startEmbeddedPostgres({ folder: join(folder, 'database'), log: () => undefined })
  const serve = async (databaseUrl?: string) => {
    place = await serverPlace(databaseUrl === undefined ? {} : { databaseUrl })
    server = await place.start()
    connections = openConnections(server.url, 20)
    client = await register(connections)
  }
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'registrar-lost-'))
    await chmod(folder, 0o711)
  })
  afterEach(async () => {
    await connections?.close()
    await place?.remove()
    await postgres?.stop()
    postgres = undefined
    await rm(folder, { recursive: true, force: true })
  })

  const expectRecovered = async () => {
    await expect.poll(() => isReady(server.url), { timeout: 60_000, interval: 100 }).toBe(true)
    expect((await connections.send(read(client))).status).toBe(200)
    await register(connections)
    expect((await connections.send(tokenRequest(client))).status).toBe(200)
    expect((await server.stop()).code).toBe(0)
  }

  it('that was stopped means 503 with Retry-After and not ready, until it is back', async () => {
    postgres = await startPostgres()
    await serve(urlOf(postgres.connection))
    await postgres.stop()
    postgres = undefined
    await expectUnavailable(connections, client)
    expect((await connections.send({ method: 'GET', path: '/health/ready' })).status).toBe(503)
    expect((await connections.send({ method: 'GET', path: '/health/live' })).status).toBe(200)
    postgres = await startPostgres()
    await expectRecovered()
  })

  it('that does not answer any more keeps nobody waiting beyond its time limits, and is taken back', async () => {
    postgres = await startPostgres()
    await serve(urlOf(postgres.connection))
    const frozen = await processTree(join(folder, 'database/cluster/postmaster.pid'))
    for (const pid of frozen) process.kill(pid, 'SIGSTOP')
    try {
      await expectUnavailable(connections, client)
    } finally {
      for (const pid of frozen) process.kill(pid, 'SIGCONT')
    }
    await expectRecovered()
  })

  it('that is embedded and dies is started again', async () => {
    await serve()
    for (const pid of await place.postgresPids()) process.kill(pid, 'SIGKILL')
    // Early enough they are told 503, late enough it is there again; and the client has to stay for the look at it.
    const requests = requestsOf(client).filter(({ method }) => method !== 'DELETE')
    const answers = await Promise.all(requests.map((sent) => connections.send(sent)))
    expect(answers.map(describeAnswer).filter((line) => line.startsWith('5') && !line.startsWith('503 Retry-After '))).toEqual([])
    await expectRecovered()
  })
})

async function register(connections: Connections): Promise<Registered> {
  const answer = await connections.send(post('/register', metadata))
  expect(answer.status, answer.text).toBe(201)
  return JSON.parse(answer.text) as Registered
}

function tokenRequest({ client_id, client_secret = '' }: Registered): Sent {
  return form('/token', { grant_type: 'client_credentials' }, { authorization: `Basic ${btoa(`${client_id}:${client_secret}`)}` })
}

function requestsOf(client: Registered): readonly Sent[] {
  const asked = new URLSearchParams({
    client_id: client.client_id,
    response_type: 'code',
    redirect_uri: 'https://app.example/cb',
  })
  const management = read(client)
  const changed = JSON.stringify({ ...metadata, client_id: client.client_id })
  const json = { ...management.headers, 'content-type': 'application/json' }
  return [
    post('/register', metadata),
    management,
    { ...management, method: 'PUT', headers: json, body: changed },
    { ...management, method: 'PATCH', headers: json, body: '{"client_name":"Other"}' },
    { ...management, method: 'DELETE' },
    tokenRequest(client),
    { method: 'GET', path: `/authorize?${asked}` },
    form('/introspect', { token: 'x' }, tokenRequest(client).headers),
    form('/revoke', { token: 'x' }, tokenRequest(client).headers),
  ]
}

/** At once, and twice as many as there are connections to the database. */
async function expectUnavailable(connections: Connections, client: Registered): Promise<void> {
  const requests = [...requestsOf(client), ...requestsOf(client)]
  const started = performance.now()
  const answers = await Promise.all(requests.map((sent) => connections.send(sent)))
  expect(performance.now() - started).toBeLessThan(answerMillisecondsMax)
  const told = answers.map(
    (answer, index) => `${requests[index]?.method} ${requests[index]?.path.split('?')[0]} ${describeAnswer(answer)}`,
  )
  expect(told.filter((line) => !/ 503 Retry-After \d+ /.test(line))).toEqual([])
}

function describeAnswer({ status, headers, text }: Received): string {
  return `${status} Retry-After ${headers['retry-after']} ${text.slice(0, 200)}`
}
