import { describe, expect, it } from 'vitest'
import { bearer, read, registered, remove } from '../support/registration-client.ts'
import { serveSuite } from '../support/serve-suite.ts'

describe('OpenID Connect Registration §4, client configuration endpoint', () => {
  const server = serveSuite()

  it('changes nothing by reading (OIDR-EP-14, OIDR-EP-15)', async () => {
    const client = await registered(server)
    const [first, second] = [await read(client), await read(client)]
    expect(first.status).toBe(200)
    expect(second.body).toEqual(first.body)
    expect(first.body).toMatchObject({ registration_access_token: client.registration_access_token })
  })

  it('answers 401 for a client that does not exist, and never 404 (OIDR-EP-16)', async () => {
    const client = await registered(server)
    const absent = { ...client, registration_client_uri: `${server.url}/register/01a1fde4-9d2e-7457-8643-000000000000` }
    expect(await read(absent)).toMatchObject({ status: 401, body: { error: 'invalid_token' } })
    expect(await remove(client)).toMatchObject({ status: 204 })
    expect(await read(client)).toMatchObject({ status: 401 })
  })

  it('answers 401 without token, with an unknown one, and with that of another client (OIDR-EP-16)', async () => {
    const [a, b] = [await registered(server), await registered(server)]
    expect(await read(a, {})).toMatchObject({ status: 401 })
    expect(await read(a, { authorization: 'Bearer unknown' })).toMatchObject({ status: 401 })
    expect(await read(a, bearer(b))).toMatchObject({ status: 401 })
  })

  it('lets scripts of any origin call it, without credentials (OIDR-EP-03)', async () => {
    const client = await registered(server)
    const headers = {
      origin: 'https://spa.example',
      'access-control-request-method': 'PUT',
      'access-control-request-headers': 'authorization',
    }
    const preflight = await fetch(client.registration_client_uri, { method: 'OPTIONS', headers })
    expect(preflight.headers.get('access-control-allow-origin')).toMatch(/\*|https:\/\/spa\.example/)
    expect(preflight.headers.get('access-control-allow-credentials')).toBeNull()
  })
})
