import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { read, redirectUri, register, registered } from '../support/registration-client.ts'
import { type ManagementServer, startManagementServer } from './management-realms.ts'

const metadata = {
  redirect_uris: [redirectUri, 'https://app.example/other?x=%2F'],
  client_name: 'Harbor',
  'client_name#de': 'Hafen',
  client_uri: 'https://app.example/',
  policy_uri: 'https://app.example/policy',
  contacts: ['ops@app.example'],
  scope: 'openid mcp:tools',
  grant_types: ['authorization_code', 'refresh_token'],
  software_id: 'harbor',
  software_version: '1.2',
}

describe('RFC 7592 §2.1, read', () => {
  let server: ManagementServer
  beforeAll(async () => {
    server = await startManagementServer()
  })
  afterAll(() => server?.stop())

  it('answers 200 with everything that was registered, and what the server added (DCM-GET-01, DCM-RSP-02)', async () => {
    const client = await registered(server, metadata)
    const { status, headers, body } = await read(client)
    expect(status).toBe(200)
    expect(headers.get('content-type')).toMatch(/^application\/json/)
    expect(body).toMatchObject(metadata)
    const { client_secret: _shownOnce, ...rest } = client
    expect(body).toEqual(rest)
  })

  it('never changes the client_id (DCM-GET-02)', async () => {
    const client = await registered(server, metadata)
    for (let reads = 0; reads < 3; reads += 1) expect((await read(client)).body['client_id']).toBe(client.client_id)
  })

  it('gives the token that was presented, and the URI, with every read (DCM-GET-04, DCM-RSP-01, DCM-SEC-01)', async () => {
    const client = await registered(server, metadata)
    const { registration_access_token, registration_client_uri } = client
    expect((await read(client)).body).toMatchObject({ registration_access_token, registration_client_uri })
  })

  it('shows a secret when it is made and never again, its expiry always (DCM-SEC-01)', async () => {
    const client = await registered(server, metadata)
    const { body } = await read(client)
    expect(client.client_secret).toMatch(/^[\w-]{43,}$/)
    expect(body).not.toHaveProperty('client_secret')
    expect(body['client_secret_expires_at']).toBe(0)
  })

  it('names no secret and no expiry to a client that has none (DCM-GET-01)', async () => {
    const client = await registered(server, { ...metadata, token_endpoint_auth_method: 'none' })
    const { body } = await read(client)
    expect(body).not.toHaveProperty('client_secret')
    expect(body).not.toHaveProperty('client_secret_expires_at')
  })

  it('answers two reads alike, byte for byte (DCM-GET-05)', async () => {
    const client = await registered(server, metadata)
    expect((await read(client)).text).toBe((await read(client)).text)
  })

  it('lets nobody keep the answer (DCM-GET-06)', async () => {
    const { headers } = await read(await registered(server, metadata))
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('pragma')).toBe('no-cache')
    expect(headers.has('etag')).toBe(false)
  })

  it('has no statement to give back, since it admits no client with one (DCM-GET-07)', async () => {
    const { status, body } = await register(server, { ...metadata, software_statement: 'eyJhbGciOiJub25lIn0.e30.' })
    expect([status, body['error']]).toEqual([400, 'invalid_software_statement'])
  })
})
