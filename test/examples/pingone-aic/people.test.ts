import { createHash, randomBytes } from 'node:crypto'
import * as library from 'openid-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createBrowser, someoneOf } from '../../support/scripted-browser.ts'
import { type Answer, credentialsOf, provider, send, startTenant, type Tenant } from './tenant.ts'

const redirect_uri = 'https://example.com/callback'
const plainHttp = { execute: [library.allowInsecureRequests] }
const web = {
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  scopes: ['openid', 'data-read'],
  token_endpoint_auth_method: 'client_secret_post',
}

describe('people and libraries at the tenant (examples/pingone-aic.yaml)', () => {
  let tenant: Tenant
  beforeAll(async () => {
    tenant = await startTenant()
    await tenant.configure('PUT', '/services/oauth-oidc', provider)
  })
  afterAll(() => tenant?.stop())

  /** Signs bjensen in at the product's own paths, below `root`. */
  async function tokensOf(client: Answer, root = tenant.am): Promise<Answer> {
    const verifier = randomBytes(32).toString('base64url')
    const url = new URL(`${root}/authorize`)
    url.search = new URLSearchParams({
      ...{ response_type: 'code', client_id: String(client['client_id']), redirect_uri, scope: 'openid data-read' },
      ...{ state: 'af0ifjsldkj', code_challenge: createHash('sha256').update(verifier).digest('base64url') },
      code_challenge_method: 'S256',
    }).toString()
    const back = await createBrowser(tenant.server, someoneOf(tenant.server)).authorize(url)
    const code = String(back.searchParams.get('code'))
    const form = { grant_type: 'authorization_code', code, redirect_uri, code_verifier: verifier, ...credentialsOf(client) }
    const { status, body } = await send(`${root}/access_token`, { form })
    expect(status).toBe(200)
    return body
  }

  it('names the person in introspection, tokeninfo and idtokeninfo', async () => {
    const { body: client } = await tenant.register(web)
    const tokens = await tokensOf(client)
    const token = String(tokens['access_token'])
    const { body } = await tenant.at('/introspect', { form: { token, ...credentialsOf(client) } })
    expect(body).toMatchObject({ active: true, realm: `/${tenant.realm}`, username: 'bjensen', client_id: client['client_id'] })
    expect(body['user_id']).toBe(body['sub'])
    expect(body['subname']).toBe(body['sub'])
    expect(body['sub']).not.toBe(client['client_id'])
    expect(body['authGrantId']).not.toBe(body['auditTrackingId'])
    expect(JSON.stringify(body)).not.toContain(token)
    const info = await tenant.at('/tokeninfo', { token })
    expect(info.body).toMatchObject({
      access_token: token,
      grant_type: 'authorization_code',
      sub: body['sub'],
      realm: `/${tenant.realm}`,
    })
    expect(info.body['authGrantId']).toBe(body['authGrantId'])
    const form = { id_token: String(tokens['id_token']) }
    const claims = await tenant.at('/idtokeninfo', { form })
    expect(claims).toMatchObject({ status: 200, body: { aud: client['client_id'], sub: body['sub'], iss: tenant.am } })
    const other = await tenant.at('/idtokeninfo', { form: { ...form, client_id: 'another' } })
    expect(other.status).toBe(400)
    expect((await tenant.at('/userinfo', { token })).body).toMatchObject({ sub: body['sub'] })
  })

  it('does the same below the short form of the realm, whose issuer is the long one', async () => {
    const short = `${tenant.server.url}/am/oauth2/${tenant.realm}`
    const { body: discovered } = await send(`${short}/.well-known/openid-configuration`)
    expect(discovered).toMatchObject({ issuer: tenant.am, registration_endpoint: `${tenant.am}/register` })
    const { body: client } = await send(`${short}/register`, { json: { ...web, redirect_uris: [redirect_uri] } })
    expect(client['registration_client_uri']).toBe(`${tenant.am}/register?client_id=${client['client_id']}`)
    const token = String((await tokensOf(client, short))['access_token'])
    const { body } = await send(`${short}/introspect`, { form: { token, ...credentialsOf(client) } })
    expect(body).toMatchObject({ active: true, username: 'bjensen', iss: tenant.am })
  })

  it('is discovered, registered at and asked for tokens by openid-client', async () => {
    const metadata = {
      grant_types: ['client_credentials'],
      response_types: [],
      client_name: 'Library',
      scope: 'data-read',
      token_endpoint_auth_method: 'client_secret_post',
    }
    const configuration = await library.dynamicClientRegistration(
      new URL(tenant.am),
      metadata,
      library.ClientSecretPost(),
      plainHttp,
    )
    const tokens = await library.clientCredentialsGrant(configuration, { scope: 'data-read' })
    expect(tokens).toMatchObject({ scope: 'data-read', access_token: expect.stringMatching(/^ey/) })
    const told = await library.tokenIntrospection(configuration, tokens.access_token)
    expect(told).toMatchObject({ active: true, realm: `/${tenant.realm}` })
    await library.tokenRevocation(configuration, tokens.access_token)
    expect(await library.tokenIntrospection(configuration, tokens.access_token)).toMatchObject({ active: false })
  })

  it('keeps alpha and bravo apart', async () => {
    const bravo = `${tenant.server.url}/am/oauth2/realms/root/realms/${tenant.bravo}`
    const { body: client } = await tenant.register()
    const token = await tenant.accessToken(client)
    const form = { grant_type: 'client_credentials', ...credentialsOf(client) }
    expect(await send(`${bravo}/access_token`, { form })).toMatchObject({ status: 401, body: { error: 'invalid_client' } })
    expect((await send(`${bravo}/tokeninfo?access_token=${token}`)).status).toBe(401)
    const manage = { token: String(client['registration_access_token']) }
    expect((await send(`${bravo}/register?client_id=${client['client_id']}`, manage)).status).toBe(401)
    const own = { ...web, redirect_uris: [redirect_uri], client_name: 'Bravo' }
    const { status, body } = await send(`${bravo}/register`, { json: own })
    expect([status, body['registration_client_uri']]).toEqual([201, `${bravo}/register?client_id=${body['client_id']}`])
  })
})
