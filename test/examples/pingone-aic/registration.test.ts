import { createHmac } from 'node:crypto'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { issueCertificate } from '../../support/certificates.ts'
import { postWithCertificate } from '../pingfederate/certificates.ts'
import { type Answer, credentialsOf, provider, startTenant, type Tenant } from './tenant.ts'

const service = '/services/oauth-oidc'
const publisher = '/agents/SoftwarePublisher/publisher'
const secret = 'a-secret-of-the-publisher-that-is-long-enough'

/** The documentation around the reference document: R2.10 to R2.15. */
describe('registration by PingAM (examples/pingone-aic.yaml)', () => {
  let tenant: Tenant
  const dcr = (settings: object) => tenant.configure('PUT', service, { clientDynamicRegistrationConfig: settings })
  beforeAll(async () => {
    tenant = await startTenant()
    await tenant.configure('PUT', service, provider)
  })
  afterAll(() => tenant?.stop())

  describe('with an access token', () => {
    let token: string
    let client: Answer
    const at = (method: string, sent: { token: string; json?: object }) =>
      tenant.at(`/register?client_id=${client['client_id']}`, { method, ...sent })
    const managed = () => String(client['registration_access_token'])
    beforeAll(async () => {
      await dcr({ allowDynamicRegistration: false, dynamicClientRegistrationScope: 'dynamic_client_registration' })
      token = await tenant.accessToken(
        { client_id: 'registration-service', client_secret: 'mySecret' },
        'dynamic_client_registration',
      )
    })
    afterAll(() => dcr({ allowDynamicRegistration: true }))

    it('registers with the scope for it what strangers cannot, and lower-cases languages (R2.10)', async () => {
      const json = {
        redirect_uris: ['https://client.example.com:8443/callback'],
        'client_name#en': 'My Client',
        'client_name#ja-Jpan-JP': '私のクライアント',
        client_uri: 'https://client.example.com/',
        'client_description#de': 'Ein Client',
        ...{ client_id: 'mine', client_secret: 'mine' },
      }
      const answer = await tenant.at('/register', { json, token })
      expect(answer.status).toBe(201)
      client = answer.body
      expect(client).toMatchObject({
        'client_name#en': 'My Client',
        'client_name#ja-jpan-jp': '私のクライアント',
        'client_description#de': 'Ein Client',
        client_uri: 'https://client.example.com/',
        ...{ grant_types: ['authorization_code'], response_types: ['code'], application_type: 'web' },
        ...{ token_endpoint_auth_method: 'client_secret_basic', client_type: 'Confidential', subject_type: 'public' },
        ...{ authorization_code_lifetime: 0, access_token_lifetime: 0, refresh_token_lifetime: 0, jwt_token_lifetime: 0 },
        ...{ id_token_signed_response_alg: 'RS256', id_token_encryption_enabled: false },
        user_info_response_format_selector: 'JSON',
        registration_client_uri: `${tenant.am}/register?client_id=${client['client_id']}`,
        registration_access_token: expect.stringMatching(/.+/),
      })
      expect(client['client_id']).not.toBe('mine')
      expect(client['client_secret']).not.toBe('mine')
      expect(client).not.toHaveProperty('description#de')
    })

    it('reads the client without its token and address (R2.11)', async () => {
      expect((await at('GET', { token: 'another' })).status).toBe(401)
      const { status, body } = await at('GET', { token: managed() })
      expect(status).toBe(200)
      expect(body).toMatchObject({ client_id: client['client_id'], 'client_name#en': 'My Client' })
      expect(body).not.toHaveProperty('registration_access_token')
      expect(body).not.toHaveProperty('registration_client_uri')
    })

    it('replaces everything in an update, and the token with it (R2.12)', async () => {
      const before = managed()
      const { client_uri: _gone, ...sent } = client
      const json = { ...sent, client_id: 'other', client_secret: 'other', client_name: 'Renamed', 'client_name#en': undefined }
      const answer = await at('PUT', { token: before, json })
      expect(answer.status).toBe(200)
      expect(answer.body).toMatchObject({ client_id: client['client_id'], client_name: 'Renamed' })
      expect(answer.body).not.toHaveProperty('client_uri')
      expect(answer.body).not.toHaveProperty('client_name#en')
      expect(answer.body['client_id_issued_at']).toBe(client['client_id_issued_at'])
      expect(answer.body['registration_access_token']).toEqual(expect.stringMatching(/.+/))
      expect(answer.body['registration_access_token']).not.toBe(before)
      expect((await at('GET', { token: before })).status).toBe(401)
      client = answer.body
      expect((await at('GET', { token: managed() })).status).toBe(200)
      const reset = await at('PUT', { token: managed(), json: { redirect_uris: ['https://client.example.com/'] } })
      expect(reset).toMatchObject({ status: 200, body: { grant_types: ['authorization_code'] } })
      expect(reset.body).not.toHaveProperty('client_name')
      client = reset.body
    })

    it('deletes the client, and lets nobody back in with its token (R2.13)', async () => {
      expect((await at('DELETE', { token: managed() })).status).toBe(204)
      expect((await at('GET', { token: managed() })).status).toBe(401)
    })
  })

  describe('an access token of a client that deletes itself (R2.13)', () => {
    it.each([
      ['is over at once', 'end', false],
      ['is good until it expires', 'run-out', true],
    ])('%s where the realm says %s', async (_what, tokensAfterDeletion, active) => {
      const path = `/realms/${tenant.realm}/registration-settings`
      const { settings } = (await (await tenant.server.admin('GET', path)).json()) as { settings: object }
      expect((await tenant.server.admin('PUT', path, { ...settings, tokensAfterDeletion })).status).toBe(200)
      const { body: client } = await tenant.register()
      const token = await tenant.accessToken(client)
      const manage = { method: 'DELETE', token: String(client['registration_access_token']) }
      expect((await tenant.at(`/register?client_id=${client['client_id']}`, manage)).status).toBe(204)
      const { body: observer } = await tenant.register({ scopes: ['am-introspect-all-tokens'] })
      const { body } = await tenant.at('/introspect', { form: { token, ...credentialsOf(observer) } })
      expect(body['active']).toBe(active)
    })

    it('is over at once when an administrator deletes the client, whatever the realm says', async () => {
      const { body: client } = await tenant.register()
      const token = await tenant.accessToken(client)
      await tenant.server.admin('DELETE', `/realms/${tenant.realm}/clients/${client['client_id']}`)
      const { body: observer } = await tenant.register({ scopes: ['am-introspect-all-tokens'] })
      const { body } = await tenant.at('/introspect', { form: { token, ...credentialsOf(observer) } })
      expect(body).toEqual({ active: false })
    })
  })

  describe('with a software statement (R2.14)', () => {
    const issuer = 'https://publisher.example.com'
    const claims = {
      ...{ sub: 'client', name: 'Client', iss: issuer, redirect_uris: ['https://client.example.com/callback'] },
      ...{ iat: Math.floor(Date.now() / 1000), exp: Math.floor(Date.now() / 1000) + 600 },
    }
    const web = { grant_types: ['authorization_code'], response_types: ['code'], redirect_uris: ['https://other.example.com/'] }
    const register = (statement: string) => tenant.register({ ...web, software_statement: statement })
    beforeAll(async () => {
      await dcr({ requiredSoftwareStatementAttestedAttributes: ['redirect_uris'] })
      const answer = await tenant.configure('PUT', publisher, {
        userpassword: secret,
        issuer: { inherited: false, value: issuer },
        softwareStatementSigningAlgorithm: { inherited: false, value: 'HS256' },
      })
      expect(answer.status).toBe(201)
      expect(JSON.stringify(answer.body)).not.toContain(secret)
    })

    it('takes its claims before those of the request, and answers it as it came', async () => {
      const statement = signed(claims)
      const { status, body } = await register(statement)
      expect(status).toBe(201)
      expect(body).toMatchObject({ redirect_uris: claims.redirect_uris, software_statement: statement })
    })

    it.each([
      ['without the attributes that it has to attest', signed({ ...claims, redirect_uris: undefined })],
      ['of an unknown issuer', signed({ ...claims, iss: 'https://nobody.example.com' })],
      ['without an issuer', signed({ ...claims, iss: undefined })],
      ['signed with another secret', signed(claims, 'another-secret-that-is-quite-long-enough-too')],
      ['that names keys of its own', signed(claims, 'their-own', { jku: 'https://attacker.example.com/jwks' })],
      ['that has expired', signed({ ...claims, exp: 1_700_000_000 })],
      ['of more than 32 KiB', signed({ ...claims, filler: 'x'.repeat(33_000) })],
    ])('refuses one %s', async (_what, statement) => {
      const { status, body } = await register(statement)
      expect(status).toBe(400)
      expect(body['error']).toMatch(/^(invalid|unapproved)_software_statement$/)
    })

    it('registers nobody without one where it is required, and checks the one of the client again in an update', async () => {
      const { body: client } = await register(signed(claims))
      await dcr({ dynamicClientRegistrationSoftwareStatementRequired: true })
      expect(await tenant.register(web)).toMatchObject({ status: 400, body: { error: 'invalid_software_statement' } })
      const path = `/register?client_id=${client['client_id']}`
      const sent = { method: 'PUT', token: String(client['registration_access_token']) }
      const forged = await tenant.at(path, { ...sent, json: { ...web, software_statement: signed(claims, 'wrong') } })
      expect(forged.status).toBe(400)
      const kept = await tenant.at(path, { ...sent, json: { ...web, client_name: 'Renamed' } })
      expect(kept).toMatchObject({ status: 200, body: { redirect_uris: claims.redirect_uris, client_name: 'Renamed' } })
      await dcr({ dynamicClientRegistrationSoftwareStatementRequired: false })
    })
  })

  it('issues no registration access tokens to strangers where the switch is off, and others theirs', async () => {
    await dcr({ generateRegistrationAccessTokens: false })
    const { body: stranger } = await tenant.register()
    expect(stranger).not.toHaveProperty('registration_access_token')
    expect(stranger).not.toHaveProperty('registration_client_uri')
    const service = { client_id: 'registration-service', client_secret: 'mySecret' }
    const token = await tenant.accessToken(service, 'dynamic_client_registration')
    expect((await tenant.register({}, token)).body).toHaveProperty('registration_access_token')
    await dcr({ generateRegistrationAccessTokens: true })
    expect((await tenant.register()).body).toHaveProperty('registration_access_token')
  })

  it('knows a client by the certificate that it registered in PEM, and no other (R2.15)', async () => {
    const own = issueCertificate({ subject: '/CN=self-signed-client' })
    const other = issueCertificate({ subject: '/CN=self-signed-client' })
    const changes = { token_endpoint_auth_method: 'self_signed_tls_client_auth', tls_client_auth_x509_cert: own.cert }
    const { status, body: client } = await tenant.register(changes)
    expect(status).toBe(201)
    expect(client).toMatchObject({ client_type: 'Confidential', public_key_selector: 'jwks' })
    expect(String(client['tls_client_auth_x509_cert']).trim()).toBe(own.cert.trim())
    const form = { grant_type: 'client_credentials', scope: 'data-read', client_id: String(client['client_id']) }
    const { mtlsUrl, configuration } = tenant.server
    const url = `${mtlsUrl}/am/oauth2/realms/root/realms/${tenant.realm}/access_token`
    const serverCertificate = join(configuration.dataFolder, 'mtls-certificate.pem')
    const withCertificate = (certificate?: typeof own) =>
      postWithCertificate(url, form, { serverCertificate, ...(certificate === undefined ? {} : { certificate }) })
    expect((await withCertificate(own)).status).toBe(200)
    for (const certificate of [other, undefined]) expect((await withCertificate(certificate)).status).toBe(401)
  })
})

function signed(claims: object, key = secret, header: object = {}): string {
  const parts = [{ alg: 'HS256', typ: 'JWT', ...header }, claims].map((part) =>
    Buffer.from(JSON.stringify(part)).toString('base64url'),
  )
  return [...parts, createHmac('sha256', key).update(parts.join('.')).digest('base64url')].join('.')
}
