import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { authorizationUrl, authorize, publicClient } from '../support/code-flow.ts'
import { type EngineWorld, openWorld } from '../support/engine-world.ts'
import { basic } from '../support/flows.ts'
import { createDpopKey } from '../support/proofs.ts'

const asked = { client_id: 'public', redirect_uri: 'https://app.example/cb', scope: 'openid read', nonce: 'n1' }

describe('what a realm demands, of clients that were registered before it did', () => {
  let world: EngineWorld

  beforeAll(async () => {
    world = await openWorld()
    world.register(publicClient)
    const secret = [{ id: 's', digest: world.digest('secret'), createdAt: 0, expiresAt: 0 }] as never
    const machine = { grant_types: ['client_credentials'], response_types: [], token_endpoint_auth_method: 'client_secret_basic' }
    world.register({ client_id: 'machine', secrets: secret, metadata: machine })
  })
  afterAll(() => world.close())

  const demand = (requirements: Partial<ReturnType<EngineWorld['realm']>['requirements']>) =>
    world.change((realm) => ({
      ...realm,
      requirements: {
        pushedAuthorizationRequests: false,
        signedRequestObjects: false,
        senderConstrainedTokens: false,
        ...requirements,
      },
    }))
  const token = (headers = {}) =>
    world.post('/token', { grant_type: 'client_credentials' }, { ...basic('machine', 'secret'), ...headers })

  it('is nothing at first', async () => {
    expect((await authorize(world, asked)).location?.searchParams.get('code')).toBeTruthy()
    expect((await token()).status).toBe(200)
  })

  it('is that requests are pushed (RFC 9126 §5)', async () => {
    demand({ pushedAuthorizationRequests: true })
    const { location } = await authorize(world, asked)
    expect(location?.searchParams.get('error')).toBe('invalid_request')
    const metadata = await world.engine.discovery(world.realm())
    expect(metadata['require_pushed_authorization_requests']).toBe(true)
  })

  it('is that requests are signed, pushed ones too (RFC 9101 §10.5)', async () => {
    demand({ signedRequestObjects: true })
    expect((await authorize(world, asked)).location?.searchParams.get('error')).toBe('invalid_request')
    const { searchParams } = new URL(authorizationUrl(world, asked))
    const pushed = await world.post('/par', searchParams)
    expect([pushed.status, await pushed.json()]).toEqual([400, expect.objectContaining({ error: 'invalid_request' })])
    const metadata = await world.engine.discovery(world.realm())
    expect(metadata['require_signed_request_object']).toBe(true)
  })

  it('is that tokens are bound (RFC 9700 §2.2.1)', async () => {
    demand({ senderConstrainedTokens: true })
    expect((await token()).status).toBe(400)
    const { prove } = await createDpopKey()
    const bound = await token({ dpop: await prove('POST', `${world.issuer}/token`) })
    expect(await bound.json()).toMatchObject({ token_type: 'DPoP' })
  })

  it('is a proof that is signed with what its clients can sign with', async () => {
    world.change((realm) => ({ ...realm, capabilities: { ...realm.capabilities, clientSigningAlgorithms: ['PS256'] } }))
    const { publicKey, privateKey } = await generateKeyPair('ES256')
    const proof = await new SignJWT({ htm: 'POST', htu: `${world.issuer}/token`, jti: 'once' })
      .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk: await exportJWK(publicKey) })
      .setIssuedAt()
      .sign(privateKey)
    expect(await (await token({ dpop: proof })).json()).toMatchObject({ error: 'invalid_dpop_proof' })
    const metadata = await world.engine.discovery(world.realm())
    expect(metadata['dpop_signing_alg_values_supported']).toEqual(['PS256'])
  })
})
