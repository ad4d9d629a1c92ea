import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { basic, redeem } from '../support/code-flow.ts'
import { type EngineWorld, openWorld } from '../support/engine-world.ts'

describe('signing keys', () => {
  let world: EngineWorld

  beforeEach(async () => {
    world = await openWorld()
    const secrets = [{ digest: world.digest('s3cret'), issuedAt: 0, expiresAt: 0 }]
    world.register({ client_id: 'machine', metadata: { grant_types: ['client_credentials'], response_types: [] }, secrets })
    world.register({ client_id: 'signed', metadata: { redirect_uris: ['https://app.example/cb'] }, secrets })
  })
  afterEach(() => world.close())

  const obtain = () =>
    redeem(world, { grant_type: 'client_credentials', resource: 'https://api.example' }, basic('machine', 's3cret'))
  const kidOf = async () => decodeProtectedHeader((await obtain()).access_token).kid
  const published = async () =>
    ((await (await fetch(`${world.issuer}/jwks`)).json()) as { keys: { kid: string; alg: string }[] }).keys.map(({ kid }) => kid)
  const rotate = (options: { alg?: string; immediately?: boolean }) => world.engine.keys.rotate('test', options, 'tester')

  it('are created once, for every algorithm of the realm, however many requests come first', async () => {
    const fresh = await openWorld()
    await Promise.all(Array.from({ length: 20 }, () => fetch(`${fresh.issuer}/jwks`)))
    await fresh.engine.ensureKeys(fresh.realm())
    expect((await fresh.engine.keys.list('test')).map(({ alg, state }) => `${alg} ${state}`)).toEqual([
      'RS256 signing',
      'PS256 signing',
      'ES256 signing',
      'EdDSA signing',
    ])
    await fresh.close()
  })

  it('are published before they sign, and after (OIDR-CF-02)', async () => {
    const old = await kidOf()
    const token = (await obtain()).access_token
    const summary = await rotate({ alg: 'ES256' })
    const next = summary.find(({ state }) => state === 'next')
    expect(summary.filter(({ alg }) => alg === 'ES256').map(({ state }) => state)).toEqual(['signing', 'next'])
    expect(await published()).toContain(next?.kid)
    expect(await kidOf()).toBe(old)
    world.passTime(400)
    expect(await kidOf()).toBe(next?.kid)
    expect(await published()).toContain(old)
    const keys = createRemoteJWKSet(new URL(`${world.issuer}/jwks`))
    await expect(jwtVerify(token, keys)).resolves.toBeDefined()
    world.passTime(2000)
    expect(await published()).not.toContain(old)
  })

  it('sign at once where that is asked', async () => {
    const old = await kidOf()
    await rotate({ immediately: true })
    expect(await kidOf()).not.toBe(old)
    expect(await published()).toContain(old)
  })

  it('rotate, and settings change, under load without one failed request', async () => {
    await obtain()
    let isDone = false
    const statuses: number[] = []
    const load = async () => {
      while (!isDone) statuses.push((await obtain()).status)
    }
    const workers = Array.from({ length: 8 }, load)
    for (let round = 0; round < 10; round += 1) {
      await rotate({ alg: 'ES256', immediately: true })
      world.change((realm) => ({ ...realm, defaultTokenScopes: round % 2 === 0 ? ['read'] : ['mcp:tools'] }))
      await obtain()
    }
    isDone = true
    await Promise.all(workers)
    expect(statuses.length).toBeGreaterThan(50)
    expect(new Set(statuses)).toEqual(new Set([200]))
  }, 60_000)

  it('leave the realm served as it was when it cannot be made anew', async () => {
    await obtain()
    world.change((realm) => ({ ...realm, trustedCas: [{ id: 'ca', pem: 'not a certificate', crls: [] }] }))
    expect((await obtain()).status).toBe(200)
    expect(world.logged.map(({ event }) => event)).toContain('realm_not_reloaded')
  })

  it('stay sealed: no private part is ever in clear beside them', async () => {
    await obtain()
    expect(JSON.stringify(await world.engine.keys.list('test'))).not.toContain('"d"')
  })

  it('include one per family for request objects that are encrypted for the server', async () => {
    const encrypting = await openWorld({
      realm: (realm) => ({
        ...realm,
        capabilities: {
          ...realm.capabilities,
          features: { ...realm.capabilities.features, encryption: true },
          values: {
            ...realm.capabilities.values,
            request_object_encryption_alg: ['RSA-OAEP-256', 'ECDH-ES'],
            request_object_encryption_enc: ['A128CBC-HS256', 'A256GCM'],
          },
        },
      }),
    })
    const { keys } = (await (await fetch(`${encrypting.issuer}/jwks`)).json()) as { keys: { use: string; kty: string }[] }
    expect(
      keys
        .filter(({ use }) => use === 'enc')
        .map(({ kty }) => kty)
        .sort(),
    ).toEqual(['EC', 'RSA'])
    const metadata = { redirect_uris: ['https://app.example/cb'], request_object_encryption_alg: 'RSA-OAEP-256' }
    expect(() => encrypting.engine.clientModel.accept(encrypting.realm(), 'x', metadata)).not.toThrow()
    await encrypting.close()
  })
})
