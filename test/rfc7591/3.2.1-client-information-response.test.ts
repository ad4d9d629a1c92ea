import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { obtainTokens } from '../support/flows.ts'
import { registeredPublic } from '../support/registration-client.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

describe('RFC 7591 §3.2.1', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server?.stop())

  it('flow', async () => {
    const client = await registeredPublic(server)
    console.log(client)
    expect(await obtainTokens(server, client)).toMatchObject({ x: 1 })
  })
})
