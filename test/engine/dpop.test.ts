import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { basic, obtainCode, publicClient, redeem, verifier } from '../support/code-flow.ts'
import { type EngineWorld, openWorld } from '../support/engine-world.ts'
import { createDpopKey } from '../support/proofs.ts'

const redirect_uri = 'https://app.example/cb'

describe('DPoP', () => {
  let world: EngineWorld
  let key: Awaited<ReturnType<typeof createDpopKey>>
  let other: typeof key

  beforeAll(async () => {
    world = await openWorld()
    ;[key, other] = await Promise.all([createDpopKey(), createDpopKey()])
    world.register(publicClient)
    const secrets = [{ digest: world.digest('s3cret'), issuedAt: 0, expiresAt: 0 }]
    world.register({
      client_id: 'machine',
      metadata: { grant_types: ['client_credentials'], response_types: [], scope: 'register read' },
      secrets,
    })
  })
  afterAll(() => world.close())

  const endpoint = () => `${world.issuer}/token`
  const exchange = async (proof: string) => {
    const code = await obtainCode(world, {
      client_id: 'public',
      redirect_uri,
      scope: 'openid read',
      resource: 'https://api.example',
    })
    const grant = { grant_type: 'authorization_code', client_id: 'public', redirect_uri, code, code_verifier: verifier }
    return redeem(world, grant, { dpop: proof })
  }

  it('binds a JWT access token and the refresh token of a public client to the key (RFC 9449 §5)', async () => {
    const { access_token, refresh_token, token_type } = await exchange(await key.prove('POST', endpoint()))
    expect(token_type).toBe('DPoP')
    expect(decodeJwt(access_token)).toMatchObject({ cnf: { jkt: key.thumbprint } })
    const refresh = { grant_type: 'refresh_token', client_id: 'public', refresh_token }
    expect(await redeem(world, refresh)).toMatchObject({ status: 400, error: 'invalid_grant' })
    expect(await redeem(world, refresh, { dpop: await other.prove('POST', endpoint()) })).toMatchObject({
      error: 'invalid_grant',
    })
    expect(await redeem(world, refresh, { dpop: await key.prove('POST', endpoint()) })).toMatchObject({ token_type: 'DPoP' })
  })

  it('takes no proof twice, made for another method or for another address', async () => {
    const proof = await key.prove('POST', endpoint())
    expect(await exchange(proof)).toMatchObject({ status: 200 })
    expect(await exchange(proof)).toMatchObject({ status: 400 })
    expect(await exchange(await key.prove('GET', endpoint()))).toMatchObject({ error: 'invalid_dpop_proof' })
    expect(await exchange(await key.prove('POST', 'https://evil.example/token'))).toMatchObject({ error: 'invalid_dpop_proof' })
  })

  describe.each([
    ['opaque', () => ({})],
    ['JWT', (issuer: string) => ({ resource: `${issuer}/register` })],
  ])('a bound %s token presented to the server itself', (_format, target) => {
    const url = 'https://issuer.example/register'

    const obtain = async () => {
      const headers = { ...basic('machine', 's3cret'), dpop: await key.prove('POST', endpoint()) }
      return (await redeem(world, { grant_type: 'client_credentials', scope: 'read', ...target(world.issuer) }, headers))
        .access_token
    }
    const present = (value: string, proof?: string, scheme: 'DPoP' | 'Bearer' = 'DPoP') =>
      world.engine.accessTokens.verify(world.realm(), {
        scheme,
        value,
        method: 'POST',
        url,
        ...(proof === undefined ? {} : { dpopProof: proof }),
      })

    it('is refused as a bearer token, without proof, and with the proof of another key', async () => {
      const token = await obtain()
      expect(await present(token, undefined, 'Bearer')).toBeUndefined()
      expect(await present(token)).toBeUndefined()
      expect(await present(token, await other.prove('POST', url, token))).toBeUndefined()
    })

    it('is refused with a proof for another token, method or address, and with one seen before', async () => {
      const token = await obtain()
      for (const proof of [
        await key.prove('POST', url),
        await key.prove('POST', url, 'another token'),
        await key.prove('GET', url, token),
        await key.prove('POST', 'https://issuer.example/token', token),
        'not a proof',
      ]) {
        expect(await present(token, proof)).toBeUndefined()
      }
      const proof = await key.prove('POST', `${url}?ignored=1`, token)
      expect(await present(token, proof)).toEqual({ client_id: 'machine', scopes: ['read'] })
      expect(await present(token, proof)).toBeUndefined()
    })
  })
})
