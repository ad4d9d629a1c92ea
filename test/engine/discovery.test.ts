import * as oauth from 'oauth4webapi'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type EngineWorld, openWorld } from '../support/engine-world.ts'

describe('discovery', () => {
  let world: EngineWorld

  beforeAll(async () => {
    world = await openWorld()
  })
  afterAll(() => world.close())

  const read = async (url: string) => (await fetch(url)).text()

  it('is the same, byte for byte, in all its forms (MCP-DISC-01…06)', async () => {
    const { issuer, origin } = world
    const forms = [
      `${issuer}/.well-known/openid-configuration`,
      `${origin}/.well-known/openid-configuration/realms/test`,
      `${origin}/.well-known/oauth-authorization-server/realms/test`,
    ]
    const texts = await Promise.all(forms.map(read))
    expect(new Set(texts).size).toBe(1)
    expect(JSON.parse(texts[0] ?? '')).toEqual(await world.engine.discovery(world.realm()))
  })

  it('satisfies oauth4webapi, and is cacheable and open to browsers (MCP-DISC-07, MCP-DISC-16)', async () => {
    const issuer = new URL(world.issuer)
    const response = await oauth.discoveryRequest(issuer, { [oauth.allowInsecureRequests]: true })
    expect(response.headers.get('cache-control')).toBe('public, max-age=300')
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
    const metadata = await oauth.processDiscoveryResponse(issuer, response)
    expect(metadata.issuer).toBe(world.issuer)
  })

  it('lists exactly what the realm can do (OIDR-DISC-11)', async () => {
    const { capabilities } = world.realm()
    expect(await world.engine.discovery(world.realm())).toMatchObject({
      grant_types_supported: capabilities.grantTypes,
      response_types_supported: capabilities.responseTypes,
      token_endpoint_auth_methods_supported: capabilities.values['token_endpoint_auth_method'],
      token_endpoint_auth_signing_alg_values_supported: capabilities.values['token_endpoint_auth_signing_alg'],
      id_token_signing_alg_values_supported: capabilities.values['id_token_signed_response_alg'],
      request_object_signing_alg_values_supported: capabilities.values['request_object_signing_alg'],
      subject_types_supported: ['public', 'pairwise'],
      scopes_supported: world.realm().scopes.map(({ name }) => name),
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
      request_uri_parameter_supported: true,
      protected_resources: ['https://api.example'],
    })
  })

  it('advertises registration only where it is on (MCP-DISC-12)', async () => {
    const realm = world.realm()
    expect((await world.engine.discovery(realm))['registration_endpoint']).toBe(`${world.issuer}/register`)
    const closed = { ...realm, registrationActive: false }
    expect(await world.engine.discovery(closed)).not.toHaveProperty('registration_endpoint')
  })

  it('says what is off, and has no empty lists and no nulls (OIDR-DISC-06, OIDR-DISC-08, MCP-DISC-15)', async () => {
    const off = Object.fromEntries(Object.keys(world.realm().capabilities.features).map((name) => [name, false]))
    const bare = await openWorld({
      realm: (realm) => ({
        ...realm,
        resources: [],
        capabilities: {
          grantTypes: ['client_credentials'],
          responseTypes: [],
          values: { token_endpoint_auth_method: ['client_secret_basic'], id_token_signed_response_alg: ['ES256'] },
          authorizationDetailsTypes: [],
          clientSigningAlgorithms: [],
          features: off as unknown as typeof realm.capabilities.features,
        },
      }),
    })
    const metadata = JSON.parse(await read(`${bare.issuer}/.well-known/openid-configuration`)) as Record<string, unknown>
    expect(metadata).toMatchObject({ request_uri_parameter_supported: false, request_parameter_supported: false })
    for (const value of Object.values(metadata))
      expect(value === null || (Array.isArray(value) && value.length === 0)).toBe(false)
    for (const endpoint of ['/introspect', '/revoke', '/par', '/device_authorization', '/backchannel']) {
      expect([404, 405]).toContain((await bare.post(endpoint, { client_id: 'x' })).status)
    }
    await bare.close()
  })

  it('every algorithm that it lists for ID tokens has a key in the JWKS', async () => {
    const { keys } = (await (await fetch(`${world.issuer}/jwks`)).json()) as { keys: { alg: string; d?: string }[] }
    expect(keys.map(({ alg }) => alg).sort()).toEqual(['ES256', 'EdDSA', 'PS256', 'RS256'])
    expect(keys.every((key) => key.d === undefined)).toBe(true)
  })
})
