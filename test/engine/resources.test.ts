import { decodeJwt, decodeProtectedHeader } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { ProtectedResource, Realm } from '../../src/registration/index.ts'
import {
  authorizationUrl,
  authorize,
  basic,
  obtainCode,
  type Parameters,
  publicClient,
  redeem,
  signIn,
  verifier,
} from '../support/code-flow.ts'
import { type EngineWorld, openWorld } from '../support/engine-world.ts'
import { createDpopKey } from '../support/proofs.ts'

const redirect_uri = 'https://app.example/cb'
const api = 'https://api.example/v1'
const tools = 'https://mcp.example/mcp'
const bound = 'https://bound.example'

const resources: readonly ProtectedResource[] = [
  { id: 'api', identifier: api, aliases: ['urn:example:api'], scopes: ['read'], accessTokenFormat: 'jwt' },
  {
    id: 'tools',
    identifier: tools,
    scopes: ['read', 'mcp:tools'],
    accessTokenFormat: 'jwt',
    accessTokenSigningAlgorithm: 'RS256',
  },
  { id: 'bound', identifier: bound, scopes: ['read'], accessTokenFormat: 'jwt', boundTokens: 'dpop' },
  { id: 'certified', identifier: 'urn:certified', scopes: ['read'], accessTokenFormat: 'jwt', boundTokens: 'any' },
  {
    id: 'origin',
    identifier: 'https://origin.example',
    scopes: ['read'],
    accessTokenFormat: 'opaque',
    introspectionClient: 'gate',
  },
  { id: 'guarded', identifier: 'urn:guarded', scopes: ['read'], accessTokenFormat: 'jwt', introspectionClient: 'gate' },
]

describe('protected resources (RFC 8707)', () => {
  let world: EngineWorld

  beforeAll(async () => {
    world = await openWorld({ realm: (realm) => ({ ...realm, resources, unknownResources: 'refuse' }) })
    const secrets = [{ digest: world.digest('s3cret'), issuedAt: 0, expiresAt: 0 }]
    const machine = { grant_types: ['client_credentials'], response_types: [], scope: 'read mcp:tools' }
    for (const client_id of ['machine', 'gate', 'stranger']) world.register({ client_id, metadata: machine, secrets })
    world.register(publicClient)
  })
  afterAll(() => world.close())
  beforeEach(() => set({ resourceIndicator: 'optional' }))

  const set = ({ defaultResource, ...settings }: Partial<Realm>) =>
    world.change(({ defaultResource: _, ...realm }) => ({
      ...realm,
      ...settings,
      ...(defaultResource === undefined ? {} : { defaultResource }),
    }))
  const machine = (params: Parameters, client = 'machine') =>
    redeem(world, { grant_type: 'client_credentials', ...params }, basic(client, 's3cret'))
  const code = (params: Parameters = {}) => obtainCode(world, { client_id: 'public', redirect_uri, scope: 'read', ...params })
  const exchange = (value: string, params: Parameters = {}) =>
    redeem(world, {
      ...{ grant_type: 'authorization_code', client_id: 'public', redirect_uri, code: value, code_verifier: verifier },
      ...params,
    })

  describe('are named', () => {
    it.each([
      'mcp.example',
      'https://mcp.example/mcp#x',
      'https://mcp.example/MCP',
      'https://mcp.example/mcp/',
      'https://mcp.example',
      'http://mcp.example/mcp',
      'https://mcp.example:8443/mcp',
      'urn:example:other',
      '//mcp.example/mcp',
    ])('never by %s: invalid_target at both endpoints (MCP-AUTH-07, MCP-AUTH-09)', async (resource) => {
      expect(await machine({ resource })).toMatchObject({ status: 400, error: 'invalid_target' })
      const { location } = await authorize(world, { client_id: 'public', redirect_uri, scope: 'read', resource })
      expect(location?.searchParams.get('error')).toBe('invalid_target')
    })

    it.each([
      ['https://mcp.example/mcp', tools],
      ['HTTPS://MCP.Example/mcp', tools],
      ['https://mcp.example:443/mcp', tools],
      ['https://ORIGIN.example:443/', 'https://origin.example'],
      ['urn:example:api', api],
    ])('by %s, whose token is for %s (MCP-AUTH-07, MCP-AUTH-09)', async (resource, audience) => {
      const { status, access_token } = await machine({ resource, scope: 'read' })
      expect(status).toBe(200)
      if (audience !== 'https://origin.example') expect(decodeJwt(access_token).aud).toBe(audience)
    })

    it('by an alias and by their identifier alike, in the same flow', async () => {
      const tokens = await exchange(await code({ resource: 'urn:example:api' }), { resource: `${api}` })
      expect(decodeJwt(tokens.access_token).aud).toBe(api)
    })

    it('two at once are both authorised, and each token is for the one that its request names (MCP-AUTH-08)', async () => {
      const url = authorizationUrl(world, { client_id: 'public', redirect_uri, scope: 'read mcp:tools', resource: tools })
      url.searchParams.append('resource', api)
      const { location } = await world.browser().visit(url)
      const value = location?.searchParams.get('code') ?? ''
      const first = await exchange(value, { resource: tools })
      expect(decodeJwt(first.access_token)).toMatchObject({ aud: tools, scope: 'read mcp:tools' })
      const refresh = { grant_type: 'refresh_token', client_id: 'public', refresh_token: first.refresh_token }
      const second = await redeem(world, { ...refresh, resource: api })
      expect(decodeJwt(second.access_token)).toMatchObject({ aud: api, scope: 'read' })
      const third = await redeem(world, { ...refresh, refresh_token: second.refresh_token, resource: bound })
      expect(third).toMatchObject({ status: 400, error: 'invalid_target' })
    })

    it('two at once are refused as soon as one is not known, and a token request has to name one (MCP-AUTH-07)', async () => {
      const url = authorizationUrl(world, { client_id: 'public', redirect_uri, scope: 'read', resource: tools })
      url.searchParams.append('resource', 'https://elsewhere.example')
      expect((await world.browser().visit(url)).location?.searchParams.get('error')).toBe('invalid_target')

      url.searchParams.delete('resource')
      for (const resource of [tools, api]) url.searchParams.append('resource', resource)
      const { location } = await world.browser().visit(url)
      const refused = await exchange(location?.searchParams.get('code') ?? '')
      expect(refused).toMatchObject({ status: 400, error: 'invalid_target' })
    })

    it('again when tokens are refreshed, never beyond what was authorised; who errs may try again (MCP-AUTH-08)', async () => {
      const tokens = await signIn(world, 'public', { scope: 'read mcp:tools', resource: tools })
      const refresh = (token: string, resource: string) =>
        redeem(world, { grant_type: 'refresh_token', client_id: 'public', refresh_token: token, scope: 'read', resource })
      expect(await refresh(tokens.refresh_token, api)).toMatchObject({ status: 400, error: 'invalid_target' })
      const narrowed = await refresh(tokens.refresh_token, 'https://MCP.example/mcp')
      expect(decodeJwt(narrowed.access_token)).toMatchObject({ aud: tools, scope: 'read' })
    })
  })

  describe('that nobody named', () => {
    it('are refused where the realm wants to be told, at every endpoint that they can be asked for at (MCP-AUTH-10)', async () => {
      set({ resourceIndicator: 'required' })
      expect(await machine({ scope: 'read' })).toMatchObject({ status: 400, error: 'invalid_target' })
      const { location } = await authorize(world, { client_id: 'public', redirect_uri, scope: 'read' })
      expect(location?.searchParams.get('error')).toBe('invalid_target')
      const pushed = { client_id: 'public', redirect_uri, response_type: 'code', code_challenge: 'x'.repeat(43) }
      const par = await world.post('/par', { ...pushed, code_challenge_method: 'S256', scope: 'read' })
      expect(await par.json()).toMatchObject({ error: 'invalid_target' })

      expect(await machine({ scope: 'read', resource: api })).toMatchObject({ status: 200 })
      // What was authorised once need not be named again (RFC 8707 §2.2).
      expect(await exchange(await code({ resource: api }))).toMatchObject({ status: 200 })
    })

    it('are none, where the realm has no default (MCP-AUTH-10)', async () => {
      const tokens = await exchange(await code())
      expect(tokens.access_token).toMatch(/^[\w-]{43}$/)
    })

    it('are the default for client credentials alone, unless the realm says more (MCP-AUTH-10)', async () => {
      set({ defaultResource: tools, resourceIndicator: 'optional' })
      expect(decodeJwt((await machine({ scope: 'read' })).access_token).aud).toBe(tools)
      expect((await exchange(await code())).access_token).toMatch(/^[\w-]{43}$/)
    })

    it('are the default in every flow that asks for one of its scopes, and not for a sign-in (MCP-AUTH-10)', async () => {
      set({ defaultResource: tools, resourceIndicator: 'defaulted' })
      const tokens = await exchange(await code({ scope: 'openid read mcp:tools' }))
      expect(decodeJwt(tokens.access_token)).toMatchObject({ aud: tools, scope: 'read mcp:tools' })
      const plain = await exchange(await code({ scope: 'openid email' }))
      const userinfo = await fetch(`${world.issuer}/userinfo`, { headers: { authorization: `Bearer ${plain.access_token}` } })
      expect(await userinfo.json()).toMatchObject({ email: 'alice@example.org' })
      expect(decodeJwt((await exchange(await code({ resource: api }))).access_token).aud).toBe(api)
    })
  })

  it('choose the algorithm of their tokens', async () => {
    const algorithm = async (resource: string) =>
      decodeProtectedHeader((await machine({ resource, scope: 'read' })).access_token).alg
    expect([await algorithm(tools), await algorithm(api)]).toEqual(['RS256', 'ES256'])
  })

  it('that take bound tokens alone get no others (RFC 9728 §2)', async () => {
    for (const resource of [bound, 'urn:certified']) {
      expect(await machine({ resource, scope: 'read' })).toMatchObject({ status: 400, error: 'invalid_request' })
      expect(await exchange(await code({ resource }))).toMatchObject({ status: 400, error: 'invalid_request' })
    }
    const forged = await redeem(
      world,
      { grant_type: 'client_credentials', resource: bound, scope: 'read' },
      { ...basic('machine', 's3cret'), dpop: 'not-a-proof' },
    )
    expect(forged).toMatchObject({ status: 400, error: 'invalid_dpop_proof' })

    const key = await createDpopKey()
    const proven = async () => ({ dpop: await key.prove('POST', `${world.issuer}/token`) })
    const machines = { grant_type: 'client_credentials', resource: bound, scope: 'read' }
    const first = await redeem(world, machines, { ...basic('machine', 's3cret'), ...(await proven()) })
    expect(decodeJwt(first.access_token)).toMatchObject({ aud: bound, cnf: { jkt: key.thumbprint } })

    const grant = { grant_type: 'authorization_code', client_id: 'public', redirect_uri, code_verifier: verifier }
    const tokens = await redeem(world, { ...grant, code: await code({ resource: bound }) }, await proven())
    const refresh = { grant_type: 'refresh_token', client_id: 'public', refresh_token: tokens.refresh_token }
    expect(await redeem(world, refresh)).toMatchObject({ status: 400, error: 'invalid_request' })
    // Nothing was spent on the slip.
    expect(await redeem(world, refresh, await proven())).toMatchObject({ status: 200, token_type: 'DPoP' })
  })

  it('with a client of their own are introspected by that one, and by who got the token (RFC 7662 §2.1)', async () => {
    const inspect = async (token: string, client: string) => {
      const response = await world.post('/introspect', { token }, basic(client, 's3cret'))
      return ((await response.json()) as { readonly active: boolean }).active
    }
    for (const resource of ['https://origin.example', 'urn:guarded']) {
      const { access_token } = await machine({ resource, scope: 'read' })
      expect(await inspect(access_token, 'stranger')).toBe(false)
      expect([await inspect(access_token, 'gate'), await inspect(access_token, 'machine')]).toEqual([true, true])
    }
    const { access_token } = await machine({ resource: api, scope: 'read' })
    expect(await inspect(access_token, 'stranger')).toBe(true)
  })
})
