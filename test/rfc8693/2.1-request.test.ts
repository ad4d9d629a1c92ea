import { decodeJwt, exportJWK, generateKeyPair } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { basic, obtainCode, redeem, signIn, verifier } from '../support/code-flow.ts'
import type { EngineWorld } from '../support/engine-world.ts'
import { assertionFor } from '../support/proofs.ts'
import {
  api,
  backend,
  clientToken,
  exchange,
  exchangeGrant,
  inspect,
  openExchangeWorld,
  type Parameters,
  personToken,
  registerConfidential,
  tokenType,
  vault,
} from './exchange-world.ts'

describe('a token exchange that is refused (RFC 8693 §2.1, §2.2.2)', () => {
  let world: EngineWorld
  let token: string
  beforeAll(async () => {
    world = await openExchangeWorld()
    token = await personToken(world, { resource: api })
  })
  afterAll(() => world.close())

  const refused = async (more: Parameters, client_id = 'gateway', subject = token) => {
    const { status, error, error_description, access_token } = await exchange(world, client_id, subject, more)
    expect([status, access_token]).toEqual([status === 401 ? 401 : 400, undefined])
    return [error, error_description]
  }

  it.each<[string, Parameters, string, RegExp]>([
    ['without subject_token', { subject_token: '', subject_token_type: '' }, 'invalid_request', /subject_token is missing/],
    ['with a type alone', { subject_token: '' }, 'invalid_request', /of no use without subject_token/],
    [
      'without subject_token_type',
      { subject_token_type: '' },
      'invalid_request',
      /subject_token_type is missing; .*access_token/,
    ],
    ['of a refresh token', { subject_token_type: tokenType('refresh_token') }, 'invalid_request', /not supported; it is one of/],
    ['of SAML', { subject_token_type: tokenType('saml2') }, 'invalid_request', /not supported/],
    ['of a made-up type', { subject_token_type: 'access_token' }, 'invalid_request', /not supported/],
    ['with an actor_token_type alone', { actor_token_type: tokenType('jwt') }, 'invalid_request', /without actor_token/],
    ['with an actor_token of no type', { actor_token: 'x' }, 'invalid_request', /actor_token_type is missing/],
    ['for a refresh token', { requested_token_type: tokenType('refresh_token') }, 'invalid_request', /requested_token_type/],
    ['for an ID token', { requested_token_type: tokenType('id_token') }, 'invalid_request', /requested_token_type/],
    ['for an unknown resource', { resource: 'https://elsewhere.example' }, 'invalid_target', /not known here/],
    ['for an unknown audience', { audience: 'warehouse' }, 'invalid_target', /./],
    ['for a resource with a fragment', { resource: `${api}#x` }, 'invalid_target', /fragment/],
    ['for a scope that the subject lacks', { scope: 'email', audience: backend }, 'invalid_scope', /beyond/],
    ['for a scope that the resource lacks', { scope: 'mcp:tools', audience: backend }, 'invalid_scope', /beyond/],
    ['for a scope that nobody knows', { scope: 'everything' }, 'invalid_scope', /beyond/],
    ['for a malformed scope', { scope: 're"ad' }, 'invalid_scope', /./],
    ['for a refresh token by scope', { scope: 'offline_access' }, 'invalid_scope', /beyond/],
    [
      'for a JWT where tokens are opaque',
      { requested_token_type: tokenType('jwt'), audience: vault },
      'invalid_request',
      /not JWTs/,
    ],
  ])('%s', async (_name, more, error, reason) => {
    expect(await refused(more)).toEqual([error, expect.stringMatching(reason)])
  })

  it('of what is no live token of this realm', async () => {
    const { id_token, refresh_token } = await signIn(world, 'public')
    const other = await openExchangeWorld()
    const elsewhere = await personToken(other, { resource: api })
    await other.close()
    const [head, body] = token.split('.')
    for (const subject of [
      'made-up',
      'a.b.c',
      'eyJ.eyJ.sig',
      `${token.slice(0, -6)}AAAAAA`,
      `${head}.${body}.`,
      refresh_token,
      id_token,
      elsewhere,
      await world.engine.statementSigner.sign(world.realm(), { sub: 'alice', aud: 'gateway', client_id: 'gateway' }, 'ES256'),
    ]) {
      for (const type of ['access_token', 'jwt']) {
        const [error, reason] = await refused({ subject_token_type: tokenType(type) }, 'gateway', subject)
        expect([error, reason]).toEqual([
          'invalid_request',
          expect.stringMatching(/subject_token is (?:no live token|from an issuer that this realm does not trust)/),
        ])
      }
    }
    const opaque = await personToken(world)
    expect((await refused({ subject_token_type: tokenType('jwt') }, 'gateway', opaque))[0]).toBe('invalid_request')
  })

  it('where the realm wants to be told a resource, and neither request nor subject_token have one (RFC 8707)', async () => {
    const plain = await clientToken(world, 'gateway')
    const before = world.realm()
    world.change((realm) => ({ ...realm, resourceIndicator: 'required' }))
    try {
      expect((await refused({}, 'gateway', plain))[0]).toBe('invalid_target')
      expect((await exchange(world, 'gateway', token, {})).status).toBe(200)
    } finally {
      world.change(() => before)
    }
  })

  it('for two resources, and for an address and another logical name', async () => {
    expect((await refused({ resource: api, audience: backend }))[0]).toBe('invalid_target')
    const twice = new URLSearchParams({ grant_type: exchangeGrant, subject_token: token, subject_token_type: tokenType('jwt') })
    for (const resource of [api, backend]) twice.append('resource', resource)
    const answer = await world.post('/token', twice, basic('gateway', 'gateway'))
    expect([answer.status, await answer.json()]).toEqual([400, expect.objectContaining({ error: 'invalid_target' })])
  })

  it('with a parameter given twice', async () => {
    const body = new URLSearchParams({ grant_type: exchangeGrant, subject_token: token, subject_token_type: tokenType('jwt') })
    body.append('subject_token', token)
    const answer = await world.post('/token', body, basic('gateway', 'gateway'))
    expect([answer.status, await answer.json()]).toEqual([400, expect.objectContaining({ error: 'invalid_request' })])
  })

  it('by a client that is not registered for it, does not prove who it is, or is public', async () => {
    expect((await refused({}, 'plain'))[0]).toBe('unauthorized_client')
    const impostor = { client_id: 'gateway', headers: basic('gateway', 'wrong') }
    expect(await exchange(world, impostor, token)).toMatchObject({ status: 401, error: 'invalid_client' })
    const metadata = { grant_types: [exchangeGrant], response_types: [], token_endpoint_auth_method: 'none' }
    world.register({ client_id: 'open', metadata })
    const params = { grant_type: exchangeGrant, client_id: 'open', subject_token: token, subject_token_type: tokenType('jwt') }
    expect(await redeem(world, params)).toMatchObject({ status: 400, error: 'unauthorized_client' })
  })

  it('of a token that was neither issued to the client nor made for it', async () => {
    expect(await refused({}, 'agent')).toEqual(['invalid_request', expect.stringMatching(/neither issued to this client/)])
    const opaque = await personToken(world)
    expect(await refused({}, 'gateway', opaque)).toEqual(['invalid_request', expect.stringMatching(/neither issued/)])
  })

  it('where the realm does not serve it', async () => {
    const before = world.realm()
    world.change((realm) => ({
      ...realm,
      capabilities: { ...realm.capabilities, grantTypes: realm.capabilities.grantTypes.filter((one) => one !== exchangeGrant) },
    }))
    registerConfidential(world, 'late', { grant_types: ['client_credentials'], response_types: [] })
    expect((await refused({}, 'late'))[0]).toBe('unsupported_grant_type')
    world.change(() => before)
  })
})

describe('a token exchange (RFC 8693 §2.2.1)', () => {
  let world: EngineWorld
  beforeAll(async () => {
    world = await openExchangeWorld()
  })
  afterAll(() => world.close())

  it('gives a JWT for another resource, about the same person and naming who acts', async () => {
    const token = await personToken(world, { resource: api })
    const { status, access_token, ...rest } = await exchange(world, 'gateway', token, { audience: backend, scope: 'read' })
    expect([status, rest]).toEqual([
      200,
      { issued_token_type: tokenType('access_token'), token_type: 'Bearer', scope: 'read', expires_in: expect.any(Number) },
    ])
    const { aud, sub, client_id, scope, act, exp = 0 } = decodeJwt(access_token)
    expect({ aud, sub, client_id, scope, act }).toEqual({
      aud: backend,
      sub: 'alice',
      client_id: 'gateway',
      scope: 'read',
      act: { sub: 'gateway' },
    })
    expect(exp).toBeLessThanOrEqual(decodeJwt(token).exp ?? 0)
    expect(await inspect(world, access_token)).toMatchObject({
      active: true,
      sub: 'alice',
      act: { sub: 'gateway' },
      aud: backend,
    })
  })

  it('gives an opaque token where the resource wants one, and introspection tells who acts', async () => {
    const token = await personToken(world, { resource: api })
    const { access_token, scope } = await exchange(world, 'gateway', token, { resource: vault })
    expect(scope).toBe('read')
    const told = await inspect(world, access_token, 'plain')
    expect(told).toMatchObject({ active: true, sub: 'alice', act: { sub: 'gateway' }, client_id: 'gateway', aud: vault })
    expect(Object.keys(told)).not.toContain('exchange')
  })

  it('is good where the old token was, if nothing else is said, and for no more', async () => {
    const token = await personToken(world, { resource: api })
    const { access_token, scope } = await exchange(world, 'narrow', token)
    expect([scope, decodeJwt(access_token).aud]).toEqual(['read', api])
  })

  it('says which type was asked for', async () => {
    const token = await personToken(world, { resource: api })
    const more = { requested_token_type: tokenType('jwt'), subject_token_type: tokenType('jwt') }
    expect(await exchange(world, 'gateway', token, more)).toMatchObject({ status: 200, issued_token_type: tokenType('jwt') })
  })

  it('narrows a client’s own token, and names nobody as acting', async () => {
    const { access_token: token } = await redeemFor('portal')
    const own = await exchange(world, 'portal', token, { scope: 'openid' })
    expect(own).toMatchObject({ status: 200, scope: 'openid' })
    const userinfo = await fetch(`${world.issuer}/userinfo`, { headers: { authorization: `Bearer ${own.access_token}` } })
    expect([userinfo.status, await userinfo.json()]).toEqual([200, { sub: 'alice' }])
    expect(await inspect(world, own.access_token)).not.toHaveProperty('act')
  })

  it('is about a client where its token is', async () => {
    const token = await clientToken(world, 'agent', { resource: api })
    const jwt = await exchange(world, 'gateway', token, { audience: backend })
    expect(decodeJwt(jwt.access_token)).toMatchObject({ sub: 'agent', client_id: 'gateway', act: { sub: 'gateway' } })
    const opaque = await exchange(world, 'gateway', token, { audience: vault })
    expect(await inspect(world, opaque.access_token)).toMatchObject({ active: true, sub: 'agent', client_id: 'gateway' })
  })

  it('takes an ID token of the client, as far as its person has allowed it', async () => {
    const { id_token } = await redeemFor('portal')
    const more = { subject_token_type: tokenType('id_token'), audience: api }
    const { access_token, scope } = await exchange(world, 'portal', id_token, more)
    expect([scope, decodeJwt(access_token).sub]).toEqual(['read', 'alice'])
    expect((await exchange(world, 'gateway', id_token, more)).error).toBe('invalid_request')
    world.consents.clear()
    expect((await exchange(world, 'portal', id_token, more)).error).toBe('invalid_request')
    expect(await inspect(world, access_token)).toEqual({ active: false })
  })

  it('works for a client with a key of its own', async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES256')
    const keys = [{ ...(await exportJWK(publicKey)), kid: 'k', alg: 'ES256' }]
    world.register({
      client_id: 'gateway-2',
      metadata: {
        grant_types: [exchangeGrant],
        response_types: [],
        token_endpoint_auth_method: 'private_key_jwt',
        jwks: { keys },
      } as never,
    })
    world.change((realm) => ({
      ...realm,
      tokenExchange: { ...realm.tokenExchange, rules: [{ client: 'gateway-2', audiences: [], issuedTo: ['public'] }] },
    }))
    const subject_token = await personToken(world)
    const assertion = await assertionFor({
      client_id: 'gateway-2',
      audience: world.issuer,
      key: privateKey,
      alg: 'ES256',
      kid: 'k',
    })
    const params = { grant_type: exchangeGrant, subject_token, subject_token_type: tokenType('access_token'), audience: api }
    expect(await redeem(world, { ...params, ...assertion })).toMatchObject({ status: 200, scope: 'read mcp:tools' })
  })

  async function redeemFor(client_id: string) {
    const redirect_uri = 'https://app.example/cb'
    const code = await obtainCode(world, { client_id, redirect_uri, scope: 'openid read' })
    return redeem(
      world,
      { grant_type: 'authorization_code', code, redirect_uri, code_verifier: verifier },
      basic(client_id, client_id),
    )
  }
})
