import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '../support/test-server.ts'

describe('the quickstart', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server?.stop())

  it('answers the printed line with 201 and a client that was not asked who it is', async () => {
    const answer = await fetch(`${server.url}/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"client_name":"My first client","redirect_uris":["http://localhost:8080/callback"],"token_endpoint_auth_method":"none"}',
    })
    expect(answer.status).toBe(201)
    expect(await answer.json()).toMatchObject({
      client_id: expect.any(String),
      client_name: 'My first client',
      registration_access_token: expect.any(String),
      redirect_uris: ['http://localhost:8080/callback'],
    })
  })

  it('lists the client to the administrator, without its credentials', async () => {
    const answer = await server.admin('GET', `/realms/${server.realmName}/clients`)
    const text = await answer.text()
    expect(answer.status).toBe(200)
    expect(text).toContain('My first client')
    expect(text).not.toContain('digest')
  })
})
