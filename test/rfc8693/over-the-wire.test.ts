import * as oauth from 'oauth4webapi'
import { beforeAll, describe, expect, it } from 'vitest'
import { obtainTokens, post } from '../support/flows.ts'
import { type RegisteredClient, register as registerClient, remove } from '../support/registration-client.ts'
import { serveSuite } from '../support/serve-suite.ts'

const insecure = { [oauth.allowInsecureRequests]: true } as const
const redirect_uri = 'https://rp.example/cb'
const exchangeGrant = 'urn:ietf:params:oauth:grant-type:token-exchange'
const accessToken = 'urn:ietf:params:oauth:token-type:access_token'
const api = 'https://api.example'

/** A client of other people's making, the database, and clients that registered themselves. */
describe('token exchange by oauth4webapi', () => {
  const server = serveSuite({ file: 'test/fixtures/configurations/token-exchange.yaml' })
  let as: oauth.AuthorizationServer
  let app: RegisteredClient
  beforeAll(async () => {
    const issuer = new URL(server.url)
    as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, insecure))
    app = await register({
      redirect_uris: [redirect_uri],
      grant_types: ['authorization_code', exchangeGrant],
      token_endpoint_auth_method: 'client_secret_post',
    })
  })

  const register = async (metadata: object) => {
    const response = await oauth.dynamicClientRegistrationRequest(as, metadata, insecure)
    return (await oauth.processDynamicClientRegistrationResponse(response)) as unknown as RegisteredClient
  }
  const exchangeBy = async (client: RegisteredClient, subject_token: string, more: Record<string, string> = {}) => {
    const caller = { client_id: client.client_id }
    const authentication = oauth.ClientSecretPost(client.client_secret ?? '')
    const parameters = { subject_token, subject_token_type: accessToken, ...more }
    const response = await oauth.genericTokenEndpointRequest(as, caller, authentication, exchangeGrant, parameters, insecure)
    return oauth.processGenericTokenEndpointResponse(as, caller, response)
  }
  const isActive = async (token: string) => {
    const secret = app.client_secret ?? ''
    const { body } = await post(server, '/introspect', { token, client_id: app.client_id, client_secret: secret })
    return body['active']
  }

  it('is in discovery, and in what clients can register for', () => {
    expect(as.grant_types_supported).toContain(exchangeGrant)
    expect(app['grant_types']).toEqual(['authorization_code', exchangeGrant])
  })

  it('ends with an error that the library reads', async () => {
    await expect(exchangeBy(app, 'made-up')).rejects.toMatchObject({ error: 'invalid_request', status: 400 })
    const { access_token } = await obtainTokens(server, app, { scope: 'openid read' })
    await expect(exchangeBy(app, access_token, { audience: 'https://elsewhere.example' })).rejects.toMatchObject({
      error: 'invalid_target',
    })
  })

  it('gives a token that ends with the client that its origin was issued to', async () => {
    const worker = await register({
      redirect_uris: [redirect_uri],
      grant_types: ['authorization_code', exchangeGrant],
      token_endpoint_auth_method: 'client_secret_post',
    })
    const { access_token } = await obtainTokens(server, worker, { scope: 'openid read' })
    const first = await exchangeBy(worker, access_token, { audience: api, scope: 'read' })
    expect(first).toMatchObject({ issued_token_type: accessToken, token_type: 'bearer', scope: 'read' })
    expect(first).not.toHaveProperty('refresh_token')
    const second = await exchangeBy(worker, first.access_token, { audience: api })
    expect([await isActive(first.access_token), await isActive(second.access_token)]).toEqual([true, true])
    expect((await remove(worker)).status).toBe(204)
    expect([await isActive(first.access_token), await isActive(second.access_token)]).toEqual([false, false])
  })

  it('gives an initial access token like any other, until its origin is revoked', async () => {
    const { access_token } = await obtainTokens(server, app, { scope: 'openid read' })
    const exchanged = await exchangeBy(app, access_token, { scope: 'read' })
    const registerWith = async (token: string) => {
      const headers = { authorization: `Bearer ${token}` }
      return (await registerClient(server, { redirect_uris: [redirect_uri] }, headers)).status
    }
    expect(await registerWith('made-up')).toBe(401)
    expect(await registerWith(exchanged.access_token)).toBe(201)
    const { access_token: forApi } = await exchangeBy(app, access_token, { audience: api })
    expect(await registerWith(forApi)).toBe(401)
    await post(server, '/revoke', { token: access_token, client_id: app.client_id, client_secret: app.client_secret })
    expect(await registerWith(exchanged.access_token)).toBe(401)
  })

  it('survives 50 at once against the database', async () => {
    const { access_token } = await obtainTokens(server, app, { scope: 'openid read' })
    const answers = await Promise.all(Array.from({ length: 50 }, () => exchangeBy(app, access_token, { audience: api })))
    expect(new Set(answers.map((answer) => answer.access_token)).size).toBe(50)
  })

  it('is counted', async () => {
    const headers = { authorization: `Bearer ${server.adminToken}` }
    const metrics = await (await fetch(`${server.adminUrl}/metrics`, { headers })).text()
    expect(metrics).toMatch(/registrar_tokens_issued_total\{grant="urn:ietf:params:oauth:grant-type:token-exchange"\} \d+/)
  })
})
