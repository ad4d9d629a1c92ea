import { describe, expect, it } from 'vitest'
import { authorizationUrl, decode, obtainTokens, redeem } from '../support/flows.ts'
import { redirectUri, register, registered, registeredPublic } from '../support/registration-client.ts'
import { createBrowser, isConsent, isSignIn } from '../support/scripted-browser.ts'
import { serveSuite } from '../support/serve-suite.ts'

const redirect_uris = [redirectUri]
const refused = { status: 400, body: { error: 'invalid_client_metadata' } }

describe('OpenID Connect Registration §2, client metadata', () => {
  const server = serveSuite()

  it('refuses a client without redirect URIs (OIDR-MD-01)', async () => {
    expect(await register(server, {})).toMatchObject({ status: 400, body: { error: 'invalid_redirect_uri' } })
  })

  it.each(['initiate_login_uri', 'sector_identifier_uri', 'jwks_uri'])(
    'refuses a %s over plain http (OIDR-MD-07, OIDR-MD-09, OIDR-MD-22)',
    async (member) => {
      expect(await register(server, { redirect_uris, [member]: 'http://app.example/it' })).toMatchObject(refused)
    },
  )

  it('refuses jwks and jwks_uri together (OIDR-MD-08)', async () => {
    const both = { jwks: { keys: [] }, jwks_uri: 'https://app.example/jwks' }
    expect(await register(server, { redirect_uris, ...both })).toMatchObject(refused)
  })

  it('accepts public and pairwise subjects, and no other (OIDR-MD-10)', async () => {
    expect((await register(server, { redirect_uris })).body['subject_type']).toBe('public')
    expect((await register(server, { redirect_uris, subject_type: 'pairwise' })).body['subject_type']).toBe('pairwise')
    expect(await register(server, { redirect_uris, subject_type: 'private' })).toMatchObject(refused)
  })

  it('accepts addresses of e-mail as contacts, and shows them to nobody (OIDR-MD-05)', async () => {
    const client = await registeredPublic(server, { contacts: ['support@app.example'] })
    const browser = createBrowser(server)
    const page = await browser.signIn(await browser.visit(authorizationUrl(server, client)))
    expect(isConsent(page)).toBe(true)
    expect(page.body).not.toContain('support@app.example')
  })

  it('shows home page, policy and terms on the consent page (OIDR-MD-06, OIDR-CF-01)', async () => {
    const links = {
      client_uri: 'https://app.example/about',
      policy_uri: 'https://app.example/policy',
      tos_uri: 'https://app.example/terms',
    }
    const client = await registeredPublic(server, { client_name: 'Linked', ...links })
    const browser = createBrowser(server)
    const page = await browser.signIn(await browser.visit(authorizationUrl(server, client)))
    expect(page.body.match(/<li><a href=/g)?.length).toBe(3)
  })

  it.each([-1, 1.5, '60', true])('refuses the default_max_age %j (OIDR-MD-19)', async (default_max_age) => {
    expect(await register(server, { redirect_uris, default_max_age })).toMatchObject(refused)
  })

  it('asks for the password again when the session is older than default_max_age, and 0 is an age (OIDR-MD-19, OIDR-EFF-06)', async () => {
    const client = await registered(server, { redirect_uris, default_max_age: 0 })
    expect(client['default_max_age']).toBe(0)
    const browser = createBrowser(server)
    await browser.authorize(authorizationUrl(server, await registeredPublic(server)))
    const page = await browser.visit(authorizationUrl(server, client))
    expect(isSignIn(page)).toBe(true)
    const signedIn = await browser.signIn(page)
    const back = isConsent(signedIn) ? (await browser.allow(signedIn)).location : signedIn.location
    const { body } = await redeem(server, client, back ?? new URL('https://nowhere.example'), redirectUri)
    expect(decode(body.id_token).claims).toMatchObject({ auth_time: expect.any(Number) })
  })

  it('lets the max_age of a request override default_max_age (OIDR-MD-19)', async () => {
    const client = await registered(server, { redirect_uris, default_max_age: 0 })
    const browser = createBrowser(server)
    await browser.authorize(authorizationUrl(server, await registeredPublic(server)))
    const page = await browser.visit(authorizationUrl(server, client, { max_age: '1000' }))
    expect(isSignIn(page)).toBe(false)
  })

  it('puts auth_time into every ID token of a client that requires it (OIDR-MD-20, OIDR-EFF-06)', async () => {
    const client = await registered(server, { redirect_uris, require_auth_time: true })
    expect(client['require_auth_time']).toBe(true)
    const { id_token } = await obtainTokens(server, client)
    expect(Number(decode(id_token).claims['auth_time'])).toBeGreaterThan(Date.now() / 1000 - 300)
  })

  it('does not fail for default_acr_values that it does not know (OIDR-MD-21)', async () => {
    const client = await registered(server, { redirect_uris, default_acr_values: ['urn:example:gold', 'urn:example:silver'] })
    expect(client['default_acr_values']).toEqual(['urn:example:gold', 'urn:example:silver'])
    expect(await obtainTokens(server, client)).toMatchObject({ id_token: expect.any(String) })
  })

  it('ignores request_uris where it takes no request objects by reference (OIDR-MD-23)', async () => {
    const { status, body } = await register(server, { redirect_uris, request_uris: ['https://app.example/request'] })
    expect(status).toBe(201)
    expect(body).not.toHaveProperty('request_uris')
  })

  it('refuses assertion algorithms that are none or of the wrong family (OIDR-MD-18)', async () => {
    const jwt = { token_endpoint_auth_method: 'client_secret_jwt' }
    for (const token_endpoint_auth_signing_alg of ['none', 'ES256', 'RS256']) {
      expect(await register(server, { redirect_uris, ...jwt, token_endpoint_auth_signing_alg })).toMatchObject(refused)
    }
    expect(await register(server, { redirect_uris, ...jwt, token_endpoint_auth_signing_alg: 'HS256' })).toMatchObject({
      status: 201,
    })
  })
})

describe('OpenID Connect Registration §2 with every flow', () => {
  const server = serveSuite({ file: 'test/fixtures/configurations/everything.yaml' })

  it.each([
    ['id_token code', 'code id_token'],
    ['token id_token code', 'code id_token token'],
  ])('takes the response type %j for %j (OIDR-MD-02)', async (sent, meant) => {
    const { status, body } = await register(server, { redirect_uris, response_types: [sent] })
    expect(status).toBe(201)
    expect((body['response_types'] as string[]).map((type) => type.split(' ').sort().join(' '))).toEqual([meant])
  })

  it('refuses grants that the response types need more than (OIDR-MD-03)', async () => {
    const contradiction = { response_types: ['id_token'], grant_types: ['authorization_code'] }
    expect(await register(server, { redirect_uris, ...contradiction })).toMatchObject(refused)
  })

  it('holds a client to its response types (OIDR-EFF-01, OIDR-MD-02)', async () => {
    const client = await registered(server, { redirect_uris, response_types: ['id_token'] })
    const browser = createBrowser(server)
    const code = await browser.visit(authorizationUrl(server, client))
    // A redirect that nobody has checked is not followed by itself: a page tells the error, and where it would go.
    expect(code.location?.href ?? code.body).toContain('unauthorized_client')
    const implicit = { response_type: 'id_token', code_challenge: '', code_challenge_method: '' }
    const back = await browser.authorize(authorizationUrl(server, client, implicit))
    expect(new URLSearchParams(back.hash.slice(1)).get('id_token')).toEqual(expect.any(String))
  })

  it('refuses request_uris over plain http without a signature, and with a fragment that is no hash (OIDR-MD-23)', async () => {
    for (const uri of ['http://app.example/request', 'https://app.example/request#nohash']) {
      expect(await register(server, { redirect_uris, request_uris: [uri] })).toMatchObject(refused)
    }
    const { status, body } = await register(server, { redirect_uris, request_uris: ['https://app.example/request'] })
    expect({ status, uris: body['request_uris'] }).toEqual({ status: 201, uris: ['https://app.example/request'] })
  })
})
