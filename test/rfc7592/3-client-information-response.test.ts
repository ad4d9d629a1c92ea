import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RegistrationAnswer, read, redirectUri, register, type registered, update } from '../support/registration-client.ts'
import { type ManagementServer, startManagementServer, strip } from './management-realms.ts'

const metadata = {
  redirect_uris: ['https://app.example/b', redirectUri, 'https://app.example/a?q=%2f'],
  client_name: 'Harbor',
  contacts: ['ops@app.example'],
}

/** What the server adds to a registration that leaves it out (RFC 7591 §2, OIDC Registration §2). */
const provided = {
  grant_types: ['authorization_code'],
  response_types: ['code'],
  token_endpoint_auth_method: 'client_secret_basic',
  application_type: 'web',
  scope: expect.any(String),
  client_id_issued_at: expect.any(Number),
  client_secret_expires_at: 0,
}

describe('RFC 7592 §3, the client information response', () => {
  let server: ManagementServer
  beforeAll(async () => {
    server = await startManagementServer()
  })
  afterAll(() => server?.stop())

  /** The same client, as each of the three requests answers. */
  async function answers(): Promise<readonly (readonly [string, RegistrationAnswer])[]> {
    const posted = await register(server, metadata)
    const client = posted.body as Awaited<ReturnType<typeof registered>>
    const got = await read(client)
    return [
      ['POST', posted],
      ['GET', got],
      ['PUT', await update(client, strip(got.body))],
    ]
  }

  it('has token and URI, both usable as they are, in every answer (DCM-RSP-01, DCM-URL-01, DCM-URL-05)', async () => {
    for (const [method, { body }] of await answers()) {
      const { registration_access_token, registration_client_uri } = body
      expect([method, body]).toEqual([
        method,
        expect.objectContaining({ registration_access_token: expect.stringMatching(/^\S+$/) }),
      ])
      expect(new URL(`${registration_client_uri}`).origin).toBe(new URL(server.url).origin)
      const headers = { authorization: `Bearer ${registration_access_token}` }
      expect((await fetch(`${registration_client_uri}`, { headers })).status).toBe(200)
    }
  })

  it('has all registered metadata, in the order and spelling that was sent, and what the server added (DCM-RSP-02)', async () => {
    for (const [method, { body }] of await answers()) expect([method, body]).toMatchObject([method, { ...metadata, ...provided }])
  })

  it('shows what the server made of a value, not what was sent (DCM-RSP-03)', async () => {
    const { status, body } = await register(server, {
      ...metadata,
      grant_types: ['authorization_code', 'urn:ietf:params:oauth:grant-type:jwt-bearer'],
      scope: 'openid unheard-of',
    })
    expect(status).toBe(201)
    expect(body).toMatchObject({ grant_types: ['authorization_code'], scope: 'openid' })
  })
})
