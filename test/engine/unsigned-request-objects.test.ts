import fc from 'fast-check'
import { UnsecuredJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { authorizationUrl, authorize, publicClient } from '../support/code-flow.ts'
import { type EngineWorld, openWorld } from '../support/engine-world.ts'

const asked = { client_id: 'public', redirect_uri: 'https://app.example/cb', scope: 'openid read', nonce: 'n1' }

describe('request objects without a signature (OpenID Connect Core §6.1)', () => {
  let world: EngineWorld

  beforeAll(async () => {
    world = await openWorld({
      realm: (realm) => {
        const values = { ...realm.capabilities.values, request_object_signing_alg: ['ES256', 'none'] }
        return { ...realm, capabilities: { ...realm.capabilities, values } }
      },
    })
    world.register(publicClient)
    world.register({
      ...publicClient,
      client_id: 'strict',
      metadata: { ...publicClient.metadata, require_signed_request_object: true },
    })
  })
  afterAll(() => world.close())

  const claims = (client_id = 'public') =>
    Object.fromEntries(new URL(authorizationUrl(world, { ...asked, client_id })).searchParams)
  const outcome = async (request: string, client_id = 'public') => {
    const { location, body, status } = await authorize(world, { client_id, redirect_uri: '', scope: '', request })
    return location?.href ?? `${status} ${body}`
  }

  it('are refused where the realm has none', async () => {
    const other = await openWorld()
    other.register(publicClient)
    const { location, body } = await authorize(other, { ...asked, request: new UnsecuredJWT(claims()).encode() })
    expect(location?.href ?? body).toContain('invalid_request_object')
    await other.close()
  })

  it('are refused of a client that has to sign them', async () => {
    expect(await outcome(new UnsecuredJWT(claims('strict')).encode(), 'strict')).toContain('invalid_request_object')
  })

  it('are refused with a signature that is none', async () => {
    expect(await outcome(`${new UnsecuredJWT(claims()).encode()}c2lnbmVk`)).toContain('invalid_request_object')
  })

  it('are worth what plain parameters are: a proof key is needed, and only a registered address is gone to', async () => {
    const { code_challenge: _challenge, code_challenge_method: _method, ...without } = claims()
    expect(await outcome(new UnsecuredJWT(without).encode())).toContain('invalid_request')
    const elsewhere = await outcome(new UnsecuredJWT({ ...claims(), redirect_uri: 'https://evil.example/cb' }).encode())
    expect(elsewhere).toMatch(/^400 .*invalid_redirect_uri/)
    expect(await outcome(new UnsecuredJWT(claims()).encode())).toContain('code=')
  })

  it('make no fault, whatever is in them', async () => {
    const member = fc.constantFrom(
      'scope',
      'state',
      'claims',
      'resource',
      'prompt',
      'max_age',
      'response_type',
      'client_id',
      'exp',
      'aud',
    )
    const change = fc.dictionary(member, fc.jsonValue(), { maxKeys: 3 })
    await fc.assert(
      fc.asyncProperty(change, async (changes) => {
        const request = new UnsecuredJWT({ ...claims(), ...(changes as object) }).encode()
        expect(await outcome(request)).not.toMatch(/server_error|^5/)
      }),
      { numRuns: 60 },
    )
    expect(world.logged.filter(({ event }) => event === 'server_error')).toEqual([])
  })
})
