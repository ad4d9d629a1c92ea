import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose'
import Provider from 'oidc-provider'
import pipelineOf from 'oidc-provider/lib/actions/authorization/index.js'
import { confirm } from 'oidc-provider/lib/actions/end_session.js'
import introspection from 'oidc-provider/lib/actions/introspection.js'
import revocation from 'oidc-provider/lib/actions/revocation.js'
import token from 'oidc-provider/lib/actions/token.js'
import internals from 'oidc-provider/lib/helpers/weak_cache.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Refusal } from '../../src/registration/index.ts'
import { authorize, basic, publicClient, redeem } from '../support/code-flow.ts'
import { type EngineWorld, openWorld } from '../support/engine-world.ts'
import { assertionFor } from '../support/proofs.ts'

const machine = { grant_types: ['client_credentials'], response_types: [] }
const names = (steps: readonly { readonly name: string }[]) => steps.map(({ name }) => name)

describe('the pipelines of oidc-provider', () => {
  it.each([
    [
      'authorization',
      ['holdBackErrors', 'noCache', 'resolveRequestUri', 'rejectUnsupported', 'checkClient', 'processRequestObject'],
    ],
    [
      'authorization',
      [
        'processRequestObject',
        'refuseUnregisteredResponseType',
        'checkResponseType',
        'completeAuthorizationRequest',
        'checkScope',
        'checkResource',
        'assignClaims',
        'signInByBasic',
        'loadAccount',
        'loadGrant',
        'interactions',
      ],
    ],
    ['resume', ['holdBackErrors', 'noCache', 'resumeAction']],
    [
      'device_authorization',
      [
        'announceInterval',
        'authenticateClient',
        'refuseUnregisteredFlow',
        'checkClientGrantType',
        'completeAuthorizationRequest',
        'checkScope',
      ],
    ],
    [
      'pushed_authorization_request',
      ['authenticateClient', 'resolveRequestUri', 'rejectUnsupported', 'completeAuthorizationRequest', 'checkScope'],
    ],
    [
      'backchannel_authentication',
      [
        'announceInterval',
        'authenticateClient',
        'refuseUnregisteredFlow',
        'checkClientGrantType',
        'completeAuthorizationRequest',
      ],
    ],
  ])('have our steps at %s where they belong', (endpoint, expected) => {
    expect(names(pipelineOf(endpoint)).filter((name) => expected.includes(name))).toEqual(expected)
  })

  it('act on tokens after the caller is authenticated, and once', () => {
    expect(names(introspection)).toEqual(
      expect.arrayContaining(['authenticateClient', 'acceptJwt', 'introspectJwt', 'renderTokenResponse']),
    )
    expect(names(introspection)).not.toContain('rejectStructuredTokens')
    expect(names(introspection).indexOf('authenticateClient')).toBeLessThan(names(introspection).indexOf('introspectJwt'))
    expect(names(revocation).indexOf('revokeJwt')).toBe(names(revocation).indexOf('rejectStructuredTokens') - 1)
    expect(names(token).slice(-3)).toEqual(['pacePolling', 'completeTokenRequest', 'callTokenHandler'])
    expect(names(confirm).slice(-2)).toEqual(['logOutInFrames', 'endSession'])
    for (const steps of [introspection, revocation, token, confirm]) expect(new Set(names(steps)).size).toBe(steps.length)
  })
})

describe('the internals of oidc-provider', () => {
  const provider = new Provider('https://issuer.example', { responseTypes: ['code'], scopes: ['openid', 'read'] })

  it('refuse the response type token in a configuration, and take it afterwards', () => {
    expect(() => new Provider('https://issuer.example', { responseTypes: ['token' as 'code'] })).toThrow('token')
    const { responseTypes, grantTypes, scopes } = internals(provider).configuration
    expect(responseTypes).toEqual(['code'])
    expect([grantTypes, scopes].map((set) => set instanceof Set)).toEqual([true, true])
    expect(scopes.has('read')).toBe(true)
  })

  it('lists what a grant keeps, and reads the list late enough for one more (`endExchangesWithOrigins`)', () => {
    const { Grant } = new Provider('https://issuer.example')
    const members = Grant.IN_PAYLOAD
    expect(members).toEqual(expect.arrayContaining(['accountId', 'clientId', 'jti', 'exp']))
    Object.defineProperty(Grant, 'IN_PAYLOAD', { get: () => [...members, 'exchange'] })
    expect(new Grant({ clientId: 'c', exchange: { depth: 1 } } as never)).toMatchObject({ clientId: 'c', exchange: { depth: 1 } })
  })

  it('have a getter for the scopes of a request, and one place where a redirect URI is refused', () => {
    const { prototype } = provider.OIDCContext
    expect(Object.getOwnPropertyDescriptor(prototype, 'requestParamOIDCScopes')?.get).toBeInstanceOf(Function)
    const metadata = {
      client_id: 'c',
      redirect_uris: ['https://localhost/cb'],
      grant_types: ['implicit'],
      response_types: ['token'],
      post_logout_redirect_uris: ['http://localhost/out'],
    }
    internals(provider).configuration.responseTypes.push('token')
    internals(provider).configuration.grantTypes.add('implicit')
    const Client = provider.Client as unknown as { new (about: object): object; readonly Schema: { prototype: object } }
    const codes: unknown[] = []
    Object.assign(Client.Schema.prototype, {
      invalidate: (message: string, code?: string) => codes.push([message.split(' ')[0], code]),
    })
    new Client({ ...metadata, token_endpoint_auth_method: 'none' })
    expect(codes).toEqual(
      expect.arrayContaining([
        ['redirect_uris', 'implicit-forbid-localhost'],
        ['post_logout_redirect_uris', 'implicit-force-https'],
      ]),
    )
  })
})

describe('the seam', () => {
  let world: EngineWorld
  const alias = 'https://vendor.example/as/token.oauth2'

  beforeAll(async () => {
    world = await openWorld({ about: (request) => (request.headers['x-alias'] === undefined ? {} : { alias }) })
    world.register(publicClient)
  })
  afterAll(() => world.close())

  it('compares every secret that is valid, and none that has expired', async () => {
    const now = world.now()
    const secret = (value: string, expiresAt: number) => ({ digest: world.digest(value), issuedAt: 0, expiresAt })
    const secrets = [secret('newest', 0), secret('older', now + 60), secret('oldest', now - 1)]
    world.register({
      client_id: 'rotating',
      metadata: { ...machine, token_endpoint_auth_method: 'client_secret_basic' },
      secrets,
    })
    const tryWith = async (value: string) =>
      (await redeem(world, { grant_type: 'client_credentials' }, basic('rotating', value))).status
    expect([await tryWith('newest'), await tryWith('older'), await tryWith('oldest'), await tryWith('none')]).toEqual([
      200, 200, 401, 401,
    ])
    expect(await tryWith(world.digest('newest'))).toBe(401)
  })

  it('verifies assertions by every sealed secret that is valid (client_secret_jwt)', async () => {
    const clear = (value: string) => ({ sealed: world.seal(value), issuedAt: 0, expiresAt: 0 })
    const metadata = { ...machine, token_endpoint_auth_method: 'client_secret_jwt', token_endpoint_auth_signing_alg: 'HS256' }
    const [newest, older] = ['n'.repeat(43), 'o'.repeat(43)]
    world.register({ client_id: 'hmac', metadata, secrets: [clear(newest), clear(older)] })
    const tryWith = async (secret: string) => {
      const assertion = await assertionFor({
        client_id: 'hmac',
        audience: world.issuer,
        key: new TextEncoder().encode(secret),
        alg: 'HS256',
      })
      return (await redeem(world, { grant_type: 'client_credentials', ...assertion })).status
    }
    expect([await tryWith(newest), await tryWith(older), await tryWith('x'.repeat(43))]).toEqual([200, 200, 401])
  })

  it("accepts issuer, token endpoint and alias as an assertion's audience, each assertion once (SEC-CA-03)", async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES256')
    const jwk = { ...(await exportJWK(publicKey)), kid: 'k1', alg: 'ES256' }
    const metadata = { ...machine, token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [jwk] } }
    world.register({ client_id: 'signer', metadata: metadata as never })
    const grant = { grant_type: 'client_credentials' }
    const about = { client_id: 'signer', key: privateKey, alg: 'ES256', kid: 'k1' }
    for (const audience of [world.issuer, `${world.issuer}/token`]) {
      expect(await redeem(world, { ...grant, ...(await assertionFor({ ...about, audience })) })).toMatchObject({ status: 200 })
    }
    const atAlias = await assertionFor({ ...about, audience: alias })
    expect(await redeem(world, { ...grant, ...atAlias })).toMatchObject({ status: 401 })
    expect(await redeem(world, { ...grant, ...atAlias }, { 'x-alias': 'yes' })).toMatchObject({ status: 200 })
    expect(await redeem(world, { ...grant, ...atAlias }, { 'x-alias': 'yes' })).toMatchObject({
      status: 401,
      error: 'invalid_client',
    })
  })

  it('takes any NumericDate as the end of an assertion, and none that is days away (RFC 7519 §2, RFC 7523 §3)', async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES256')
    const jwk = { ...(await exportJWK(publicKey)), alg: 'ES256' }
    const metadata = { ...machine, token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [jwk] } }
    world.register({ client_id: 'dated', metadata: metadata as never })
    const tryUntil = async (exp: number) => {
      const claims = { iss: 'dated', sub: 'dated', aud: world.issuer, jti: `until-${exp}`, exp }
      const client_assertion = await new SignJWT(claims).setProtectedHeader({ alg: 'ES256' }).sign(privateKey)
      const client_assertion_type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
      return (await redeem(world, { grant_type: 'client_credentials', client_assertion, client_assertion_type })).status
    }
    expect(await tryUntil(world.now() + 60.5)).toBe(200)
    expect([...world.objects.rows.values()].every(({ expiresAt }) => Number.isInteger(expiresAt ?? 0))).toBe(true)
    for (const exp of [world.now() + 172_800, Number.MAX_SAFE_INTEGER, 1e300]) expect(await tryUntil(exp)).toBe(401)
  })

  it("reads a client's key set anew for an unknown kid, but not at the pace of the sender (SEC-JWK-07, OIDR-KEY-01)", async () => {
    const [first, second] = await Promise.all([generateKeyPair('ES256'), generateKeyPair('ES256')])
    const published = [{ ...(await exportJWK(first.publicKey)), kid: 'one' }]
    world.outbound = async () => Response.json({ keys: published }, { headers: { 'cache-control': 'max-age=3600' } })
    const metadata = { ...machine, token_endpoint_auth_method: 'private_key_jwt', jwks_uri: 'https://client.example/jwks' }
    world.register({ client_id: 'remote', metadata })
    const tryWith = async (key: CryptoKey, kid: string) => {
      const assertion = await assertionFor({ client_id: 'remote', audience: world.issuer, key, alg: 'ES256', kid })
      return (await redeem(world, { grant_type: 'client_credentials', ...assertion })).status
    }
    expect(await tryWith(first.privateKey, 'one')).toBe(200)
    published.push({ ...(await exportJWK(second.publicKey)), kid: 'two' })
    expect(await tryWith(second.privateKey, 'two')).toBe(200)
    expect(world.fetched.map(({ options }) => (options as { cache?: string }).cache)).toEqual([undefined, 'reload'])
    for (const kid of ['three', 'four', 'five']) expect(await tryWith(second.privateKey, kid)).toBe(401)
    expect(world.fetched).toHaveLength(2)
    expect(world.fetched[0]?.options).not.toHaveProperty('dispatcher')
  })

  it('calls a stored client that the engine does not accept any more unknown, and says so in the log', async () => {
    world.register({ client_id: 'broken', metadata: { ...publicClient.metadata, redirect_uris: ['javascript:alert(1)'] } })
    const refused = await redeem(world, { grant_type: 'authorization_code', code: 'x', client_id: 'broken' })
    expect(refused).toMatchObject({ status: 401, error: 'invalid_client' })
    expect(world.logged).toContainEqual({
      event: 'client_not_servable',
      details: expect.objectContaining({ client_id: 'broken' }),
    })
  })

  it('refuses at registration what the engine would refuse later', () => {
    const accept = (metadata: object) => () =>
      world.engine.clientModel.accept(world.realm(), 'new', { ...publicClient.metadata, ...metadata })
    expect(accept({})).not.toThrow()
    expect(accept({ contacts: ['https://support.example'], scope: 'openid' })).not.toThrow()
    expect(accept({ redirect_uris: ['javascript:alert(1)'] })).toThrow(expect.objectContaining({ code: 'invalid_redirect_uri' }))
    expect(accept({ id_token_signed_response_alg: 'ES512' })).toThrow(Refusal)
    expect(accept({ scope: 'unheard' })).toThrow(expect.objectContaining({ code: 'invalid_client_metadata' }))
  })

  it('accepts clients of a realm that was never served', async () => {
    const fresh = await openWorld()
    expect(() => fresh.engine.clientModel.accept(fresh.realm(), 'new', publicClient.metadata)).not.toThrow()
    await fresh.close()
  })

  const registered = 'http://127.0.0.1:3000/cb?a=1'
  it.each([
    ['http://127.0.0.1:51000/cb?a=1', true],
    ['http://127.0.0.1/cb?a=1', true],
    ['http://localhost:51000/callback', true],
    ['http://localhost/callback', true],
    ['http://[::1]:51000/cb', true],
    ['http://127.0.0.1:51000/other?a=1', false],
    ['http://127.0.0.1:51000/cb', false],
    ['http://127.0.0.1:51000/cb?a=2', false],
    ['http://localhost:51000/cb?a=1', false],
    ['http://localhost.example:80/callback', false],
    ['http://user@localhost:80/callback', false],
    ['https://localhost:51000/callback', false],
    ['http://127.1:51000/cb?a=1', false],
    ['http://127.0.0.1:99999/cb?a=1', false],
  ])("matches a native client's redirect to %s: %s (MCP-LB-01…04, OIDR-AT-07, OIDR-AT-08)", async (redirect_uri, isAllowed) => {
    const redirects = [registered, 'http://localhost/callback', 'http://[::1]/cb']
    world.register({
      ...publicClient,
      client_id: 'native',
      metadata: { ...publicClient.metadata, application_type: 'native', redirect_uris: redirects },
    })
    const { location } = await authorize(world, { client_id: 'native', redirect_uri, scope: 'openid' })
    expect(location?.searchParams.has('code') === true).toBe(isAllowed)
  })

  it('frees the port of no web client (SEC-RU-09)', async () => {
    world.register({
      ...publicClient,
      client_id: 'web',
      metadata: { ...publicClient.metadata, redirect_uris: ['http://localhost/cb'] },
    })
    expect(
      (await authorize(world, { client_id: 'web', redirect_uri: 'http://localhost:5000/cb', scope: 'openid' })).location,
    ).toBeUndefined()
  })

  it('keeps no credential in clear, wherever it stands (engine objects at rest)', async () => {
    const browser = world.browser()
    const { location } = await authorize(
      world,
      { client_id: 'public', redirect_uri: 'https://app.example/cb', scope: 'openid' },
      browser,
    )
    const kept = JSON.stringify([...world.objects.rows.values()])
    const values = [...browser.cookies.values()].map(({ value }) => value)
    expect(values.length).toBeGreaterThan(0)
    for (const value of [location?.searchParams.get('code') ?? '', ...values]) expect(kept).not.toContain(value)
  })

  it('tells which clients are at work', async () => {
    expect(world.used).toContain('rotating')
  })
})
