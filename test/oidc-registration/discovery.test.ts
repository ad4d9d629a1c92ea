import { describe, expect, it } from 'vitest'
import { decode, obtainTokens } from '../support/flows.ts'
import { redirectUri, registered, registeredPublic } from '../support/registration-client.ts'
import { serveSuite } from '../support/serve-suite.ts'

type Metadata = Readonly<Record<string, unknown>>

async function metadataAt(url: string): Promise<Metadata> {
  const response = await fetch(url)
  expect(response.status, url).toBe(200)
  return (await response.json()) as Metadata
}

describe('OpenID Connect Discovery §3 and §4', () => {
  const server = serveSuite({
    change: (configuration) => ({
      ...configuration,
      realms: configuration.realms.flatMap((realm) => [
        realm,
        { ...realm, name: 'other', base: { ...realm.base, name: 'other', issuer: `${configuration.publicUrl}/realms/other` } },
      ]),
    }),
  })

  it('names everything that it has to (OIDR-DISC-05)', async () => {
    const metadata = await metadataAt(`${server.url}/.well-known/openid-configuration`)
    for (const name of [
      'issuer',
      'authorization_endpoint',
      'token_endpoint',
      'jwks_uri',
      'response_types_supported',
      'subject_types_supported',
      'id_token_signing_alg_values_supported',
    ])
      expect(metadata).toHaveProperty(name)
  })

  it('names grants, methods and request objects, whose defaults would say something else (OIDR-DISC-03, OIDR-DISC-04, OIDR-DISC-06)', async () => {
    const metadata = await metadataAt(`${server.url}/.well-known/openid-configuration`)
    expect(metadata['grant_types_supported']).toEqual(expect.arrayContaining(['authorization_code', 'refresh_token']))
    expect(metadata['grant_types_supported']).not.toContain('implicit')
    expect(metadata['token_endpoint_auth_methods_supported']).toEqual(expect.arrayContaining(['none', 'client_secret_basic']))
    expect(metadata).toMatchObject({ request_uri_parameter_supported: false, request_parameter_supported: true })
  })

  it('signs with RS256, since some know nothing else (OIDR-ALG-02)', async () => {
    const metadata = await metadataAt(`${server.url}/.well-known/openid-configuration`)
    expect(metadata['id_token_signing_alg_values_supported']).toContain('RS256')
  })

  it('leaves out what has no elements (OIDR-DISC-08)', async () => {
    const metadata = await metadataAt(`${server.url}/.well-known/openid-configuration`)
    for (const [name, value] of Object.entries(metadata)) expect([[], null, ''], name).not.toContainEqual(value)
  })

  it('has one issuer in metadata, address, ID token and answer, path included (OIDR-DISC-09)', async () => {
    const issuer = `${server.url}/realms/other`
    for (const document of ['openid-configuration', 'oauth-authorization-server']) {
      const appended = await metadataAt(`${issuer}/.well-known/${document}`)
      const inserted = await metadataAt(`${server.url}/.well-known/${document}/realms/other`)
      expect(appended['issuer']).toBe(issuer)
      expect(inserted).toEqual(appended)
    }
    const client = await registered({ url: issuer }, { redirect_uris: [redirectUri] })
    expect(client.registration_client_uri).toBe(`${issuer}/register/${client.client_id}`)
    const { id_token } = await obtainTokens(server, await registeredPublic(server))
    expect(decode(id_token).claims['iss']).toBe((await metadataAt(`${server.url}/.well-known/openid-configuration`))['issuer'])
    expect(new URL(server.url).search + new URL(server.url).hash).toBe('')
  })

  it('says the same under both names (OIDR-DISC-09)', async () => {
    const openid = await metadataAt(`${server.url}/.well-known/openid-configuration`)
    expect(await metadataAt(`${server.url}/.well-known/oauth-authorization-server`)).toEqual(openid)
  })

  it('lets scripts read what is public, and keeps them from the page that people see (OIDR-DISC-10)', async () => {
    const allowed = async (path: string) => {
      const response = await fetch(`${server.url}${path}`, { headers: { origin: 'https://spa.example' } })
      return response.headers.get('access-control-allow-origin') !== null
    }
    expect(await allowed('/.well-known/openid-configuration')).toBe(true)
    expect(await allowed('/jwks')).toBe(true)
    expect(await allowed('/authorize?client_id=x')).toBe(false)
  })
})

describe('OpenID Connect Discovery §3 with every flow', () => {
  const server = serveSuite({ file: 'test/fixtures/configurations/everything.yaml' })

  it('can be a dynamic provider with all that belongs to one, but does not start as such (OIDR-DISC-02, OIDR-DISC-03)', async () => {
    const metadata = await metadataAt(`${server.url}/.well-known/openid-configuration`)
    expect(metadata['response_types_supported']).toEqual(expect.arrayContaining(['code', 'id_token', 'id_token token']))
    expect(metadata['grant_types_supported']).toEqual(expect.arrayContaining(['authorization_code', 'implicit']))
    expect(metadata).toMatchObject({ request_uri_parameter_supported: true, require_request_uri_registration: true })
  })
})
