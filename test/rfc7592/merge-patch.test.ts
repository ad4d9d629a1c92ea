import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  bearer,
  type RegisteredClient,
  type RegistrationAnswer,
  read,
  redirectUri,
  registered,
} from '../support/registration-client.ts'
import { type ManagementServer, startManagementServer } from './management-realms.ts'

const metadata = {
  redirect_uris: [redirectUri],
  client_name: 'Harbor',
  logo_uri: 'https://app.example/logo.png',
  contacts: ['a@app.example', 'b@app.example'],
  token_endpoint_auth_method: 'client_secret_post',
}

/** RFC 7592 knows no PATCH, and the catalogue would answer it with 405 (DCM-PUT-19); this server has one. */
describe('RFC 7396 PATCH at the client configuration endpoint', () => {
  let server: ManagementServer
  beforeAll(async () => {
    server = await startManagementServer({ strict: { serverMembersInUpdate: 'refuse' } })
  })
  afterAll(() => server?.stop())

  async function patch(
    client: RegisteredClient,
    body: unknown,
    type = 'application/merge-patch+json',
  ): Promise<RegistrationAnswer> {
    const headers = { ...bearer(client), 'content-type': type }
    const response = await fetch(client.registration_client_uri, {
      method: 'PATCH',
      headers,
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
    const text = await response.text()
    return { status: response.status, headers: response.headers, text, body: JSON.parse(text) }
  }

  it('changes the members that are sent and keeps the others (DCM-PUT-19)', async () => {
    const client = await registered(server, metadata)
    const { status, body } = await patch(client, { client_name: 'Haven' })
    const { client_secret: _shownOnce, ...rest } = client
    expect([status, body]).toEqual([200, { ...rest, client_name: 'Haven' }])
    expect((await read(client)).body).toEqual(body)
  })

  it('removes a member that is null, and replaces lists as a whole (DCM-PUT-19)', async () => {
    const client = await registered(server, metadata)
    const { body } = await patch(client, { logo_uri: null, contacts: ['c@app.example'] })
    expect(body).not.toHaveProperty('logo_uri')
    expect(body['contacts']).toEqual(['c@app.example'])
    expect(body['client_name']).toBe('Harbor')
  })

  it('accepts application/json too, and an empty patch changes nothing (DCM-PUT-19)', async () => {
    const client = await registered(server, metadata)
    const before = (await read(client)).text
    expect((await patch(client, {}, 'application/json')).text).toBe(before)
  })

  it('is judged like PUT: what could not be registered is refused and changes nothing (DCM-PUT-11, DCM-PUT-12)', async () => {
    const client = await registered(server.realm('strict'), metadata)
    const before = (await read(client)).text
    const bodies = [
      { redirect_uris: null },
      { redirect_uris: ['http://app.example/cb'] },
      { client_id: 'another' },
      { client_secret: 'chosen' },
      { registration_access_token: 'chosen' },
      { token_endpoint_auth_method: 'private_key_jwt' },
      '[]',
      'null',
      '{',
    ]
    for (const body of bodies) expect([body, (await patch(client, body)).status]).toEqual([body, 400])
    expect((await patch(client, '{}', 'text/plain')).status).toBe(415)
    expect((await read(client)).text).toBe(before)
  })

  it('needs the token of the client (DCM-CR-01)', async () => {
    const client = await registered(server, metadata)
    expect((await patch({ ...client, registration_access_token: 'rat_other' }, { client_name: 'x' })).status).toBe(401)
  })
})
