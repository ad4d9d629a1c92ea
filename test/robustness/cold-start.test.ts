import { afterEach, describe, expect, it } from 'vitest'
import { openConnections, post } from '../support/load.ts'
import { type ServerPlace, serverPlace } from '../support/server-process.ts'

/** What somebody waits for at most who tries it out; the machine that runs the tests may be busy. */
const millisecondsMax = 45_000

describe('a start on an empty data folder', { timeout: 150_000 }, () => {
  let place: ServerPlace
  afterEach(() => place?.remove())

  it('makes a database, and registers a first client soon after', async () => {
    place = await serverPlace()
    const started = performance.now()
    const server = await place.start()
    const connections = openConnections(server.url, 1)
    const answer = await connections.send(post('/register', { redirect_uris: ['http://localhost:8080/callback'] }))
    const milliseconds = performance.now() - started
    await connections.close()
    expect(answer.status, answer.text).toBe(201)
    console.log(`from registrar serve on an empty folder to the first client: ${Math.round(milliseconds)} ms`)
    expect(milliseconds).toBeLessThan(millisecondsMax)
    expect(server.output()).toContain(`${place.issuer}/register`)
  })
})
