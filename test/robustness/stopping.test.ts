import { once } from 'node:events'
import { stat } from 'node:fs/promises'
import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openConnections, post, type Registered, read } from '../support/load.ts'
import { type ServerPlace, type ServerProcess, serverPlace } from '../support/server-process.ts'
import { storedClients } from '../support/stored-clients.ts'

const metadata = { client_name: 'Notebook', redirect_uris: ['https://app.example/cb'] }

describe('stopping', { timeout: 120_000 }, () => {
  let place: ServerPlace
  beforeEach(async () => {
    place = await serverPlace()
  })
  afterEach(() => place.remove())

  it('answers under load what it has accepted, takes its database along, and starts again', async () => {
    const server = await place.start()
    const pids = await place.postgresPids()
    expect(pids.length).toBeGreaterThan(1)
    const { answered, ending } = await stopUnderLoad(server)
    expect(ending, server.output()).toEqual({ code: 0, signal: null })
    for (const pid of pids) await expect(stat(`/proc/${pid}`)).rejects.toThrow('ENOENT')

    const again = await place.start()
    // A client that is stored but was never told of itself would be one more.
    expect([...(await storedClients(again)).keys()].sort()).toEqual(answered.map(({ client_id }) => client_id).sort())
    expect((await again.stop()).code).toBe(0)
  })

  it('waits for the rest of a request that has begun, while new connections are refused', async () => {
    const server = await place.start()
    const body = JSON.stringify(metadata)
    const begun = request(`${server.url}/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': body.length, expect: '100-continue' },
    })
    const answer = once(begun, 'response')
    begun.flushHeaders()
    // The server has read the header by then.
    await once(begun, 'continue')
    begun.write(body.slice(0, 10))
    server.signal('SIGTERM')
    await expect.poll(() => isRefused(server.url), { timeout: 20_000, interval: 20 }).toBe(true)
    begun.end(body.slice(10))
    const [response] = await answer
    const information = JSON.parse(await text(response)) as Registered
    expect([response.statusCode, information]).toMatchObject([201, metadata])
    expect((await server.ended).code).toBe(0)

    const again = await place.start()
    const connections = openConnections(again.url, 1)
    expect((await connections.send(read(information))).status).toBe(200)
    await connections.close()
  })

  it('refuses a second start on a data folder that is in use, and says so', async () => {
    const server = await place.start()
    await expect(place.start({ elsewhere: true })).rejects.toThrow(
      /^the server ended \(1\): .*\nerror: [^\n]* in use by another Registrar/s,
    )
    expect((await fetch(`${server.url}/health/ready`)).status).toBe(200)
    expect((await server.stop()).code).toBe(0)
  })
})

const lanes = 8
const answeredMin = 100

async function stopUnderLoad(server: ServerProcess) {
  const connections = openConnections(server.url, lanes)
  const answered: Registered[] = []
  let stopping: Promise<unknown> | undefined
  const stream = async (): Promise<void> => {
    for (;;) {
      const answer = await connections.send(post('/register', metadata)).catch((error: Error) => error)
      // A request that met a closing connection was not read; what counts is what is stored.
      if (answer instanceof Error) return
      expect(answer.status, answer.text).toBe(201)
      answered.push(JSON.parse(answer.text) as Registered)
      if (answered.length >= answeredMin) stopping ??= server.stop()
    }
  }
  await Promise.all(Array.from({ length: lanes }, stream))
  await stopping
  await connections.close()
  return { answered, ending: await server.ended }
}

async function isRefused(url: string): Promise<boolean> {
  const outcome = await fetch(url, { headers: { connection: 'close' } }).catch((error: Error) => error)
  return outcome instanceof Error && /ECONNREFUSED/.test(String((outcome.cause as Error | undefined)?.message ?? outcome.cause))
}
