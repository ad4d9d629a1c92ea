import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { issueCertificate } from '../../support/certificates.ts'
import { byTitle, type Case, expectRefusal, membersOf } from './cases.ts'
import { cdrCases } from './cdr-cases.ts'
import { type Answer, type Call, type Changes, type Ecosystem, startEcosystem } from './ecosystem.ts'
import { tokenFor } from './tokens.ts'

const softwareId = '740C368F-ECF9-4D29-A2EA-0514A66B0CDE'
const redirectUri = 'https://app.acme.example/callback'
const scope = 'openid profile common:customer.basic:read bank:accounts.basic:read cdr:registration'

const good = {
  iss: softwareId,
  redirect_uris: [redirectUri],
  application_type: 'web',
  token_endpoint_auth_method: 'private_key_jwt',
  token_endpoint_auth_signing_alg: 'PS256',
  grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
  response_types: ['code'],
  id_token_signed_response_alg: 'PS256',
  authorization_signed_response_alg: 'PS256',
}

const foreign = issueCertificate({ subject: '/CN=app.acme.example' })

describe('Consumer Data Right (examples/open-banking-cdr.yaml)', () => {
  let cdr: Ecosystem
  let registered: Answer
  let client_id: string
  let token: string
  beforeAll(async () => {
    cdr = await startEcosystem('cdr')
    registered = await submit(
      'POST',
      await bodyOf({ request: { custom_claim: 'not ours', request_object_signing_alg: undefined } }),
    )
    client_id = String(registered.body['client_id'])
    token = await tokenFor(cdr, client_id, 'cdr:registration')
  })
  afterAll(() => cdr?.stop())

  describe.each(['POST', 'PUT'] as const)('%s refuses, and stores nothing:', (method) => {
    it.each(byTitle(cdrCases))('%s', async (_title, one) => {
      await expectRefusal(cdr, async () => submit(method, await bodyOf(one)), one)
    })

    it('JSON (CDR-04, CDR-19)', async () => {
      const body = JSON.stringify(await membersOf(cdr, good, {}))
      const headers = { 'content-type': 'application/json' }
      await expectRefusal(cdr, () => submit(method, body, { headers }), { status: 415, error: 'invalid_client_metadata' })
    })

    // Its statement is no new one either, which an update has to bring (CDR-19).
    it('a request that was sent before (CDR-06)', async () => {
      const body = await bodyOf({})
      expect((await submit('PUT', body)).status).toBe(200)
      await expectRefusal(cdr, () => submit(method, body), {
        error: method === 'POST' ? 'invalid_client_metadata' : 'invalid_software_statement',
      })
    })

    it('no certificate, and one that the Register has not issued (CDR-18)', async () => {
      const refused = method === 'POST' ? { error: 'invalid_client_metadata' } : { status: 401, error: 'invalid_token' }
      for (const certificate of [null, foreign]) {
        const body = await bodyOf({})
        await expectRefusal(cdr, () => submit(method, body, { certificate }), refused)
      }
    })
  })

  it('refuses a second registration of the same software (CDR-14, CDR-22)', async () => {
    await expectRefusal(cdr, async () => submit('POST', await bodyOf({})), { error: 'invalid_software_statement' })
  })

  it('registers with the members of the statement, the scopes that it serves, and nothing unknown (CDR-13, CDR-15 to CDR-17)', () => {
    expect(registered.status).toBe(201)
    const { iss: _, ...asked } = good
    expect(registered.body).toMatchObject({
      ...asked,
      scope,
      software_statement: expect.stringMatching(/^ey/),
      software_id: softwareId,
      software_roles: 'data-recipient-software-product',
      client_name: 'Acme Accounts',
      client_description: 'All accounts in one place',
      org_name: 'Acme',
      legal_entity_name: 'Acme Pty Ltd',
      recipient_base_uri: 'https://app.acme.example',
      revocation_uri: 'https://app.acme.example/revoke',
      request_object_signing_alg: 'PS256',
      tls_client_certificate_bound_access_tokens: true,
    })
    for (const member of ['custom_claim', 'client_secret', 'registration_access_token', 'id_token_encrypted_response_alg']) {
      expect(registered.body).not.toHaveProperty(member)
    }
  })

  it('registers all redirect URIs of the statement for a request that names none (CDR-07)', async () => {
    const { body } = await submit('PUT', await bodyOf({ request: { redirect_uris: undefined } }))
    expect(body['redirect_uris']).toEqual([redirectUri, 'https://app.acme.example/other'])
  })

  it('encrypts authorization responses with A128CBC-HS256 unless told otherwise (CDR-12)', async () => {
    const encrypted = { authorization_encrypted_response_alg: 'RSA-OAEP-256' }
    const { status, body } = await submit('PUT', await bodyOf({ request: encrypted }))
    expect(status).toBe(200)
    expect(body).toMatchObject({ ...encrypted, authorization_encrypted_response_enc: 'A128CBC-HS256' })
  })

  it('reads and updates a client by a token for cdr:registration, and does not delete it (CDR-18, CDR-19)', async () => {
    expect((await manage('GET')).body).toMatchObject({ client_id, scope, org_name: 'Acme' })
    const renamed = await submit('PUT', await bodyOf({ statement: { client_name: 'Acme Money' } }))
    expect(renamed.status).toBe(200)
    expect(renamed.body).toMatchObject({ client_id, client_name: 'Acme Money', redirect_uris: [redirectUri] })
    const refused = await manage('DELETE')
    expect(refused.status).toBe(405)
    expect(refused.headers['allow']).not.toContain('DELETE')
  })

  it('wants the token for registration and its certificate (CDR-18, CDR-20, CDR-21)', async () => {
    const data = await tokenFor(cdr, client_id, 'bank:accounts.basic:read')
    const read = (own: string | undefined, certificate = cdr.transport) =>
      cdr.call(`/register/${client_id}`, { headers: own === undefined ? {} : { authorization: `Bearer ${own}` }, certificate })
    await expectRefusal(cdr, () => read(undefined), { status: 401, error: 'invalid_token' })
    await expectRefusal(cdr, () => read('unknown'), { status: 401, error: 'invalid_token' })
    await expectRefusal(cdr, () => read(data), { status: 403, error: 'insufficient_scope' })
    // The token is bound to the certificate that it was asked for with, whoever vouches for another one.
    await expectRefusal(cdr, () => read(token, cdr.certify('/CN=app.acme.example')), { status: 401, error: 'invalid_token' })
    expect((await read(token)).status).toBe(200)
  })

  it('lets no token manage another client (CDR-20)', async () => {
    const request = { iss: 'another-software' }
    const other = await submit('POST', await bodyOf({ request, statement: { software_id: 'another-software' } }))
    expect(other.status).toBe(201)
    const refused = { status: 401, error: 'invalid_token' }
    await expectRefusal(cdr, () => manage('GET', String(other.body['client_id'])), refused)
  })

  it('binds access tokens whatever the request says (CDR-18)', async () => {
    const { body } = await submit('PUT', await bodyOf({ request: { tls_client_certificate_bound_access_tokens: false } }))
    expect(body['tls_client_certificate_bound_access_tokens']).toBe(true)
  })

  it('registers a software again that no longer has a client (CDR-24)', async () => {
    await cdr.bank.admin('DELETE', `/realms/default/clients/${client_id}`)
    expect((await manage('GET')).status).toBe(401)
    const again = await submit('POST', await bodyOf({}))
    expect(again.status).toBe(201)
    expect(again.body['client_id']).not.toBe(client_id)
  })

  async function bodyOf(one: Omit<Case, 'title' | 'error'>): Promise<string> {
    const members: Changes = await membersOf(cdr, good, one)
    return cdr.signed(members, one.signRequest)
  }

  function submit(method: 'POST' | 'PUT', body: string, { headers = {}, ...rest }: Call = {}): Promise<Answer> {
    const call = { method, body, ...rest }
    const type = { 'content-type': 'application/jwt', ...headers }
    if (method === 'POST') return cdr.call('/register', { ...call, headers: type })
    return cdr.call(`/register/${client_id}`, { ...call, headers: { ...type, authorization: `Bearer ${token}` } })
  }

  function manage(method: string, id = client_id): Promise<Answer> {
    return cdr.call(`/register/${id}`, { method, headers: { authorization: `Bearer ${token}` } })
  }
})
