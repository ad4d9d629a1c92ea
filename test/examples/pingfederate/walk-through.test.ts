import { createHmac, createPrivateKey, createPublicKey, randomUUID } from 'node:crypto'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { authority, type Certificate, issueCertificate } from '../../support/certificates.ts'
import { createBrowser, isConsent, textOf } from '../../support/scripted-browser.ts'
import { startAnotherNode, startTestServer, type TestServer } from '../../support/test-server.ts'
import { clientCertificate, makeCertificates, postWithCertificate } from './certificates.ts'
import { type Answer, type Console, consoleOf, type Received, send } from './console.ts'

const issuer = 'https://ssa-issuer.example'
const certificates = makeCertificates()
const validator = { id: 'ssa', issuer, keys: { kind: 'jwks', jwks: certificates.jwks }, algorithms: ['RS256'] }
const claimed = { client_name: 'name in request', redirect_uris: ['https://evil.example/cb'] }

/** Two engine nodes and a console on one PostgreSQL, software statements by an openssl authority: R1.01 to R1.15. */
describe('the walk-through of ProofID (examples/pingfederate.yaml)', () => {
  let a: TestServer
  let b: Awaited<ReturnType<typeof startAnotherNode>>
  let admin: Console
  let token: string
  beforeAll(async () => {
    a = await startTestServer({ file: 'examples/pingfederate.yaml' })
    b = await startAnotherNode(a)
    admin = consoleOf(a)
  })
  afterAll(async () => {
    await b?.stop()
    await a?.stop()
  })

  it('imports the authority, and says what it is (R1.01)', async () => {
    const pem = certificates.ca.cert
    expect(await admin.post('/trusted-cas', { id: 'rootca', pem })).toMatchObject({
      id: 'rootca',
      certificate: {
        subject: expect.stringContaining('CN=Example Root CA'),
        status: 'VALID',
        sha256Fingerprint: expect.stringMatching(/[0-9A-F]{2}/),
      },
    })
    await admin.post('/trusted-cas', { id: 'leaf', pem: certificates.client.cert }, 422)
  })

  it('makes the scope, and the client that is restricted to it and gets tokens by the implicit grant (R1.02, R1.03)', async () => {
    await admin.settings({ enabled: false })
    await admin.post('/scopes', { name: 'DynamicClientRegistration', description: 'Register clients', exclusive: true })
    const client = {
      client_id: 'dcr_iat',
      client_name: 'IAT client',
      grant_types: ['implicit'],
      response_types: ['token'],
      redirect_uris: ['https://localhost/cb'],
      scope: 'DynamicClientRegistration',
      token_endpoint_auth_method: 'none',
      firstParty: true,
    }
    expect(await admin.post('/clients', client)).toMatchObject({ client_id: 'dcr_iat' })
  })

  it('makes the validator, and refuses one with two keys, none, broken ones or without an issuer (R1.04)', async () => {
    const types = await admin.get('/policy-types')
    expect((types['items'] as readonly Answer[]).map(({ name }) => name)).toContain('software-statement-required')
    const keys = { kind: 'jwks', jwks: certificates.jwks }
    for (const bad of [
      { ...validator, keys: { ...keys, jwksUri: 'https://ssa-issuer.example/jwks' } },
      { ...validator, keys: undefined },
      { ...validator, keys: { kind: 'jwks', jwks: 'not a key set' } },
      { ...validator, issuer: '' },
    ]) {
      const answer = await a.admin('POST', `/realms/${a.realmName}/statement-issuers`, bad)
      expect([400, 422]).toContain(answer.status)
    }
    await admin.post('/statement-issuers', validator)
    await admin.post('/policies', { id: 'ssv', policy: 'software-statement-required', options: {} })
  })

  it('enables registration with initial access token and validator (R1.05)', async () => {
    await admin.settings({
      initialAccessTokenRequired: true,
      initialAccessTokenScopes: ['DynamicClientRegistration'],
      managementEnabled: true,
      softwareStatements: { onUpdate: 'refuse' },
      clientCertificateIssuer: { rule: 'one', trustedCa: 'rootca' },
    })
  })

  it('shows that both nodes run the revision of the settings that were saved, without any replication (R1.06)', async () => {
    const { revision } = await admin.get('/registration-settings')
    const node = { state: 'current', revisions: { [a.realmName]: revision }, behind: [] }
    const nodes = async () => (await a.admin('GET', `/nodes?realm=${a.realmName}`)).json()
    await expect.poll(nodes, { timeout: 10_000 }).toMatchObject({ items: [node, node] })
  })

  it('gives the initial access token by the implicit grant with HTTP Basic (R1.07)', async () => {
    const query = new URLSearchParams({
      ...{ client_id: 'dcr_iat', response_type: 'token', scope: 'DynamicClientRegistration' },
      ...{ redirect_uri: 'https://localhost/cb', state: 'xyz' },
    })
    const url = `${a.url}/as/authorization.oauth2?${query}`
    const without = await fetch(url, { redirect: 'manual' })
    expect([without.status, without.headers.get('www-authenticate')]).toEqual([401, expect.stringMatching(/^Basic/)])
    const authorization = `Basic ${Buffer.from('joe:2Federate').toString('base64')}`
    const answer = await fetch(url, { redirect: 'manual', headers: { authorization } })
    const location = new URL(answer.headers.get('location') ?? '')
    expect([answer.status, `${location.origin}${location.pathname}`]).toEqual([302, 'https://localhost/cb'])
    const fragment = new URLSearchParams(location.hash.slice(1))
    expect(Object.fromEntries(fragment)).toMatchObject({
      token_type: 'Bearer',
      state: 'xyz',
      expires_in: expect.stringMatching(/^\d+$/),
    })
    token = fragment.get('access_token') ?? ''
    expect(token).not.toBe('')
  })

  it('registers a client by the statement, whose claims win over the request, and node B gives it tokens (R1.08 to R1.10)', async () => {
    const statement = await sign()
    const { status, body } = await register({ ...claimed, software_statement: statement })
    expect(status).toBe(201)
    expect(body).toMatchObject({
      client_id: expect.stringMatching(/^dc-/),
      client_secret: expect.stringMatching(/^.{22,}$/),
      client_name: 'TPP from statement',
      redirect_uris: ['https://tpp.example/cb'],
      scope: 'email',
      software_statement: statement,
    })
    expect([...(body['grant_types'] as string[])].sort()).toEqual(['authorization_code', 'refresh_token'])
    const basic = Buffer.from(`${body['client_id']}:${body['client_secret']}`).toString('base64')
    const exchange = await fetch(`${b.url}/as/token.oauth2`, {
      method: 'POST',
      headers: { authorization: `Basic ${basic}` },
      body: new URLSearchParams({
        ...{ grant_type: 'authorization_code', redirect_uri: 'https://tpp.example/cb' },
        code: await codeAtB(String(body['client_id'])),
      }),
    })
    const tokens = await exchange.json()
    expect([exchange.status, tokens]).toEqual([
      200,
      expect.objectContaining({ access_token: expect.stringMatching(/./), token_type: 'Bearer', scope: 'email' }),
    ])
    expect(await admin.get(`/clients/${body['client_id']}`)).toMatchObject({ channel: 'software-statement' })
  })

  it('refuses what is no valid statement of the issuer, and keeps nothing of it (R1.11)', async () => {
    const before = await admin.countClients()
    const other = issueCertificate({ subject: '/CN=other', algorithm: ['RSA', '-pkeyopt', 'rsa_keygen_bits:2048'] })
    const good = await sign()
    const [header = '', payload = ''] = good.split('.')
    const withHeader = (alg: string) => `${Buffer.from(JSON.stringify({ alg, kid: 'sig1' })).toString('base64url')}.${payload}`
    const publicPem = createPublicKey(certificates.signing.cert).export({ type: 'spki', format: 'pem' })
    const forged = createHmac('sha256', publicPem).update(withHeader('HS256')).digest('base64url')
    const now = Math.floor(Date.now() / 1000)
    for (const [statement, error] of [
      [undefined, 'invalid_payload'],
      ['garbage', 'invalid_software_statement'],
      [`${header}.${payload}`, 'invalid_software_statement'],
      [await sign({ iss: 'https://other-issuer.example' }), 'invalid_software_statement'],
      [await sign({}, other), 'invalid_software_statement'],
      [`${withHeader('none')}.`, 'invalid_software_statement'],
      [`${withHeader('HS256')}.${forged}`, 'invalid_software_statement'],
      [await sign({ iat: now - 7200, exp: now - 3600 }), 'invalid_software_statement'],
    ] as const) {
      const refused = await register({ ...claimed, ...(statement && { software_statement: statement }) })
      expect([refused.status, refused.body['error']]).toEqual([400, error])
    }
    for (const presented of [null, 'another-token']) {
      const refused = await register({ ...claimed, software_statement: good }, presented)
      expect([refused.status, refused.body['error']]).toEqual([401, 'invalid_access_token'])
    }
    expect(await admin.countClients()).toBe(before)
  })

  it('refuses a statement in an update (R1.12)', async () => {
    const { body } = await register({ software_statement: await sign() })
    const uri = String(body['registration_client_uri'])
    const own = String(body['registration_access_token'])
    const refused = await send(uri, { method: 'PUT', token: own, body: { ...body, software_statement: await sign() } })
    expect(refused).toMatchObject({ status: 400, body: { error: 'invalid_software_statement' } })
    const { software_statement: _, ...plain } = body
    const updated = await send(uri, { method: 'PUT', token: own, body: { ...plain, client_name: 'Somebody else' } })
    expect(updated).toMatchObject({ status: 200, body: { client_name: 'TPP from statement' } })
  })

  it('authenticates a client by its certificate: this subject, this authority, no secret (R1.13)', async () => {
    const dn = { token_endpoint_auth_method: 'tls_client_auth', tls_client_auth_subject_dn: 'CN=tpp-mtls,O=Example,C=GB' }
    const machine = { grant_types: 'client_credentials', redirect_uris: undefined }
    const { status, body } = await register({ software_statement: await sign({ ...dn, ...machine }) })
    expect(status).toBe(201)
    expect(body).not.toHaveProperty('client_secret')
    const serverCertificate = a.configuration.listen.mtls?.tls.certificateFile ?? ''
    const tokenWith = (certificate?: Certificate) =>
      postWithCertificate(
        `${a.mtlsUrl}/as/token.oauth2`,
        { grant_type: 'client_credentials', client_id: String(body['client_id']) },
        { serverCertificate, ...(certificate && { certificate }) },
      )
    expect((await tokenWith(certificates.client)).status).toBe(200)
    const otherCa = issueCertificate({ subject: '/C=GB/O=Example/CN=Example Root CA', extensions: authority })
    for (const wrong of [undefined, clientCertificate(certificates.ca, 'another'), clientCertificate(otherCa, 'tpp-mtls')]) {
      expect(await tokenWith(wrong)).toMatchObject({ status: 401, body: { error: 'invalid_client' } })
    }
  })

  it('fetches the keys over HTTPS with a certificate of the imported authority, and not without it (R1.14)', async () => {
    const https = issueCertificate({
      subject: '/CN=localhost',
      issuer: certificates.ca,
      extensions: ['subjectAltName=DNS:localhost'],
    })
    const server = createServer({ key: https.key, cert: https.cert }, (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(certificates.jwks))
    })
    await new Promise<void>((listening) => server.listen(0, 'localhost', listening))
    const at = (path: string) => `https://localhost:${(server.address() as AddressInfo).port}/${path}`
    try {
      const byUri = (path: string) => ({ ...validator, keys: { kind: 'jwks-uri', jwksUri: at(path) } })
      await admin.put('/statement-issuers/ssa', byUri('jwks'))
      expect((await register({ software_statement: await sign() })).status).toBe(201)
      await admin.settings({ softwareStatements: { onUpdate: 'refuse' } })
      await admin.remove('/trusted-cas/rootca')
      await admin.put('/statement-issuers/ssa', byUri('jwks-afterwards'))
      await admin.settings({
        initialAccessTokenRequired: true,
        initialAccessTokenScopes: ['DynamicClientRegistration'],
        managementEnabled: true,
      })
      const refused = await register({ software_statement: await sign() })
      expect(refused).toMatchObject({ status: 400, body: { error: 'invalid_software_statement' } })
    } finally {
      await admin.put('/statement-issuers/ssa', validator)
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    }
  })

  it('returns the refusal of the first policy, in either order (R1.15), on every node', async () => {
    await admin.post('/policies', { id: 'types', policy: 'response-types', options: { allowed: ['code'] } })
    const body = { ...claimed, response_types: ['token'], grant_types: ['implicit'] }
    for (const [ids, error] of [
      [['types', 'ssv'], 'invalid_client_metadata'],
      [['ssv', 'types'], 'invalid_payload'],
    ] as const) {
      await admin.put('/policies/order', { ids }, 204)
      expect((await register(body)).body['error']).toBe(error)
      await expect.poll(async () => (await register(body, token, b.url)).body['error'], { timeout: 5000 }).toBe(error)
    }
  })

  /** Joe's way by node B: HTTP Basic, then the consent page. */
  async function codeAtB(client_id: string): Promise<string> {
    const browser = createBrowser(a, undefined, b.url)
    const query = { client_id, response_type: 'code', redirect_uri: 'https://tpp.example/cb', scope: 'email', state: 'xyz' }
    const consent = await browser.visit(`${a.url}/as/authorization.oauth2?${new URLSearchParams(query)}`, {
      headers: { authorization: `Basic ${Buffer.from('joe:2Federate').toString('base64')}` },
    })
    expect([isConsent(consent), textOf(consent)]).toEqual([true, expect.stringContaining('TPP from statement')])
    const { location } = await browser.allow(consent)
    expect(location?.href).toMatch(/^https:\/\/tpp\.example\/cb\?/)
    expect(location?.searchParams.get('state')).toBe('xyz')
    return location?.searchParams.get('code') ?? ''
  }

  async function register(body: object, presented: string | null = token, base = a.url): Promise<Received> {
    return send(`${base}/as/clients.oauth2`, { body, ...(presented === null ? {} : { token: presented }) })
  }
})

async function sign(claims: object = {}, by: Certificate = certificates.signing): Promise<string> {
  const payload = {
    ...{ iss: issuer, iat: Math.floor(Date.now() / 1000), jti: randomUUID(), client_name: 'TPP from statement' },
    ...{ redirect_uris: ['https://tpp.example/cb'], grant_types: 'authorization_code refresh_token' },
    ...{ token_endpoint_auth_method: 'client_secret_basic', scope: 'email' },
    ...claims,
  }
  return new SignJWT(payload).setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: 'sig1' }).sign(createPrivateKey(by.key))
}
