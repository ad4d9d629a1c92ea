import { createHash } from 'node:crypto'
import { type CryptoKey, createRemoteJWKSet, exportJWK, generateKeyPair, jwtVerify, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { authorizationUrl, authorize, publicClient, redeem, verifier } from '../support/code-flow.ts'
import { type EngineWorld, openWorld } from '../support/engine-world.ts'

const redirect_uri = 'https://app.example/cb'
const requestUri = 'https://client.example/request.jwt'

describe('pushed, signed and referenced authorization requests', () => {
  let world: EngineWorld
  let key: CryptoKey

  beforeAll(async () => {
    world = await openWorld()
    const pair = await generateKeyPair('ES256')
    key = pair.privateKey
    const jwks = { keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'k1' }] } as never
    const metadata = { ...publicClient.metadata, jwks, request_uris: [requestUri] }
    world.register({ client_id: 'signer', metadata })
    world.register({ client_id: 'pusher', metadata: { ...metadata, require_pushed_authorization_requests: true } })
    world.register(publicClient)
  })
  afterAll(() => world.close())

  const parameters = (client_id: string): Record<string, string> =>
    Object.fromEntries(authorizationUrl(world, { client_id, redirect_uri, scope: 'openid read' }).searchParams)

  const signed = (claims: Record<string, unknown>, alg = 'ES256', signingKey: CryptoKey | Uint8Array = key) =>
    new SignJWT({ iss: 'signer', aud: world.issuer, ...claims })
      .setProtectedHeader({ alg, kid: 'k1' })
      .setIssuedAt()
      .sign(signingKey)

  const ask = (params: Record<string, string>) =>
    world.browser().visit(`${world.issuer}/authorize?${new URLSearchParams(params)}`)

  describe('PAR (RFC 9126)', () => {
    const push = async (params: Record<string, string>) => {
      const response = await world.post('/par', params)
      return {
        status: response.status,
        ...((await response.json()) as { request_uri: string; error?: string; expires_in: number }),
      }
    }

    it('refuses a direct request of a client that must push', async () => {
      const { location } = await authorize(world, { client_id: 'pusher', redirect_uri, scope: 'openid' })
      expect(location?.searchParams.get('error')).toBe('invalid_request')
    })

    it('refuses at the push what it would refuse later', async () => {
      expect(await push({ ...parameters('pusher'), redirect_uri: 'https://other.example/cb' })).toMatchObject({ status: 400 })
      expect(await push({ ...parameters('pusher'), code_challenge_method: 'plain' })).toMatchObject({ error: 'invalid_request' })
    })

    it('serves a pushed request once', async () => {
      const { request_uri, expires_in, status } = await push(parameters('pusher'))
      expect({ status, isShort: expires_in <= 60 }).toEqual({ status: 201, isShort: true })
      const { location } = await ask({ client_id: 'pusher', request_uri })
      const code = location?.searchParams.get('code') ?? ''
      const grant = { grant_type: 'authorization_code', client_id: 'pusher', redirect_uri, code, code_verifier: verifier }
      expect(await redeem(world, grant)).toMatchObject({ status: 200, scope: 'openid read' })
      expect((await ask({ client_id: 'pusher', request_uri })).location?.searchParams.get('code') ?? null).toBeNull()
    })

    it('keeps the client of a pushed request beside it, so that it goes when the client goes', async () => {
      await push(parameters('pusher'))
      const rows = [...world.objects.rows.values()].filter(({ model }) => model === 'PushedAuthorizationRequest')
      expect(rows.every(({ client_id }) => client_id === 'pusher')).toBe(true)
    })
  })

  describe('JAR (RFC 9101)', () => {
    it.each([
      [
        'unsigned',
        async () => `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from('{}').toString('base64url')}.`,
      ],
      ['signed by another key', async () => signed(parameters('signer'), 'ES256', (await generateKeyPair('ES256')).privateKey)],
      [
        'signed by HMAC with a guess of the stand-in secret',
        async () => signed(parameters('signer'), 'HS256', new Uint8Array(32)),
      ],
      ['made for another server', async () => signed({ ...parameters('signer'), aud: 'https://other.example' })],
    ])('refuses a request object that is %s', async (_what, make) => {
      const { location } = await ask({ ...parameters('signer'), request: await make() })
      expect(location?.searchParams.get('error')).toBe('invalid_request_object')
    })

    it('takes its parameters from the signed object alone', async () => {
      const request = await signed({ ...parameters('signer'), scope: 'openid' })
      const { location } = await ask({ client_id: 'signer', response_type: 'code', scope: 'openid email', request })
      expect(location?.searchParams.get('code')).toMatch(/./)
      expect(world.interactions.at(-1)?.scopes).toEqual(['openid'])
    })
  })

  describe('request_uri by reference (RFC 9101 §5.2)', () => {
    const serve = (object: string) => {
      world.outbound = async () => new Response(object, { headers: { 'content-type': 'application/oauth-authz-req+jwt' } })
    }
    const refer = async (request_uri: string, client_id = 'signer') =>
      (await ask({ ...parameters(client_id), request_uri })).location?.searchParams

    it('fetches no address that is not registered (OIDR-MD-23)', async () => {
      const before = world.fetched.length
      expect((await refer('https://client.example/other.jwt'))?.get('error')).toBe('invalid_request_uri')
      expect((await refer(requestUri, 'public'))?.get('error')).toBe('invalid_request_uri')
      expect(world.fetched).toHaveLength(before)
    })

    it('gives one answer whatever went wrong (SEC-SSRF-07)', async () => {
      const answers: (string | undefined)[] = []
      for (const outbound of [
        async () => new Response('', { status: 500 }),
        async () => Promise.reject(new Error('refused: 10.0.0.1')),
      ]) {
        world.outbound = outbound
        answers.push((await refer(requestUri))?.get('error_description') ?? undefined)
      }
      expect(new Set(answers).size).toBe(1)
    })

    it('serves a registered one', async () => {
      serve(await signed({ ...parameters('signer'), scope: 'openid email' }))
      expect((await refer(requestUri))?.get('code')).toMatch(/./)
    })

    it('insists on the contents that a registered fragment names', async () => {
      const object = await signed(parameters('signer'))
      const hash = createHash('sha256').update(object).digest('base64url')
      const jwks = world.client('signer')?.metadata.jwks as never
      world.register({
        client_id: 'pinned',
        metadata: { ...publicClient.metadata, jwks, request_uris: [`${requestUri}#${hash}`] },
      })
      serve(`${object}x`)
      expect((await refer(`${requestUri}#${hash}`, 'pinned'))?.get('error')).toBe('invalid_request_uri')
    })

    it('is off where the realm does not offer it', async () => {
      world.change((realm) => withFeatures(realm, { requestUris: false }))
      expect((await refer(requestUri))?.get('error')).toBe('request_uri_not_supported')
      world.change((realm) => withFeatures(realm, { requestUris: true, requestObjects: false }))
      expect((await ask({ ...parameters('signer'), request: 'x.y.z' })).location?.searchParams.get('error')).toBe(
        'request_not_supported',
      )
      world.change((realm) => withFeatures(realm, { requestObjects: true }))
    })
  })

  it('answers in a signed JWT (JARM)', async () => {
    const { location } = await authorize(world, { client_id: 'public', redirect_uri, scope: 'openid', response_mode: 'jwt' })
    const keys = createRemoteJWKSet(new URL(`${world.issuer}/jwks`))
    const { payload } = await jwtVerify(location?.searchParams.get('response') ?? '', keys, {
      issuer: world.issuer,
      audience: 'public',
    })
    expect(payload).toMatchObject({ state: 'af0ifjsldkj', code: expect.any(String) })
  })

  it('escapes what a form post carries (SEC-RD-13)', async () => {
    const state = '"><script>alert(1)</script>'
    const params = { client_id: 'public', redirect_uri, scope: 'openid', response_mode: 'form_post', state }
    const { body, headers } = await authorize(world, params)
    expect(body).toContain('name="iss"')
    expect(body).not.toContain('<script>alert')
    expect(headers.get('content-security-policy')).toMatch(/frame-ancestors 'none'/)
  })
})

type Realm = ReturnType<EngineWorld['realm']>

function withFeatures(realm: Realm, features: Partial<Realm['capabilities']['features']>): Realm {
  return { ...realm, capabilities: { ...realm.capabilities, features: { ...realm.capabilities.features, ...features } } }
}
