import * as client from 'openid-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RegisteredClient, read, remove, update } from '../support/registration-client.ts'
import { authorize, createBrowser, isSignIn } from '../support/scripted-browser.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const redirect_uri = 'https://rp.example/cb'
const plainHttp = { execute: [client.allowInsecureRequests] }
const device = 'urn:ietf:params:oauth:grant-type:device_code'

describe('openid-client', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({
      // The library waits as long as it is told between two polls.
      change: (configuration) => ({
        ...configuration,
        realms: configuration.realms.map(({ base, ...rest }) => ({
          ...rest,
          base: { ...base, tokens: { ...base.tokens, deviceCodeIntervalSeconds: 1 } },
        })),
      }),
    })
  })
  afterAll(() => server?.stop())

  function register(metadata: Partial<client.ClientMetadata>, authentication?: client.ClientAuth) {
    return client.dynamicClientRegistration(new URL(server.url), metadata, authentication, plainHttp)
  }

  /** Discovery by the other form of the well-known address. */
  function discover(known: RegisteredClient) {
    const metadata = known as Partial<client.ClientMetadata>
    return client.discovery(new URL(server.url), known.client_id, metadata, undefined, { ...plainHttp, algorithm: 'oauth2' })
  }

  async function signIn(
    configuration: client.Configuration,
    parameters: Record<string, string>,
    options: client.DPoPOptions = {},
  ) {
    const pkceCodeVerifier = client.randomPKCECodeVerifier()
    const code_challenge = await client.calculatePKCECodeChallenge(pkceCodeVerifier)
    const expectedState = client.randomState()
    const expectedNonce = client.randomNonce()
    const request = { redirect_uri, code_challenge, code_challenge_method: 'S256', state: expectedState, nonce: expectedNonce }
    const url = client.buildAuthorizationUrl(configuration, { ...request, ...parameters })
    const back = await authorize(server, url)
    const checks = { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true }
    return client.authorizationCodeGrant(configuration, back, checks, undefined, options)
  }

  /** Types the code where the device says, signs in and agrees, page by page. */
  async function agreeElsewhere({ verification_uri, user_code }: { verification_uri: string; user_code: string }) {
    const browser = createBrowser(server)
    let page = await browser.visit(verification_uri)
    for (let steps = 0; steps < 6 && page.body.includes('<form'); steps += 1) {
      if (isSignIn(page)) page = await browser.signIn(page)
      else page = await browser.submit(page, page.body.includes('name="user_code"') ? { user_code } : {})
    }
  }

  it('registers a client and then reads, updates and deletes it with the members of RFC 7592', async () => {
    const configuration = await register({ client_name: 'Harbor', redirect_uris: [redirect_uri], scope: 'openid' })
    const registered = configuration.clientMetadata() as unknown as RegisteredClient
    expect(registered).toMatchObject({ client_secret_expires_at: 0, client_id_issued_at: expect.any(Number) })
    expect((await read(registered)).body).toMatchObject({ client_id: registered.client_id, client_name: 'Harbor' })
    const changed = await update(registered, {
      client_id: registered.client_id,
      redirect_uris: [redirect_uri],
      client_name: 'Haven',
    })
    expect(changed.body).toMatchObject({ client_name: 'Haven' })
    expect((await remove(registered)).status).toBe(204)
    expect((await read(registered)).status).toBe(401)
  })

  it('gets an error of RFC 7591 as an error of its own', async () => {
    await expect(register({ redirect_uris: ['https://rp.example/cb#fragment'] })).rejects.toMatchObject({
      error: 'invalid_redirect_uri',
      error_description: expect.stringContaining('redirect_uris'),
      status: 400,
    })
  })

  it('completes the code flow with PKCE, reads userinfo, introspects, refreshes and revokes', async () => {
    const configuration = await register({
      redirect_uris: [redirect_uri],
      grant_types: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_method: 'client_secret_post',
      scope: 'openid email offline_access',
    })
    const tokens = await signIn(configuration, { scope: 'openid email offline_access', prompt: 'consent' })
    const subject = tokens.claims()?.sub ?? ''
    expect(await client.fetchUserInfo(configuration, tokens.access_token, subject)).toMatchObject({ email: 'ada@example.com' })
    expect(await client.tokenIntrospection(configuration, tokens.access_token)).toMatchObject({ active: true })

    const refreshed = await client.refreshTokenGrant(configuration, tokens.refresh_token ?? '')
    expect(refreshed.access_token).not.toBe(tokens.access_token)
    await client.tokenRevocation(configuration, refreshed.refresh_token ?? '')
    await expect(client.refreshTokenGrant(configuration, refreshed.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
    })
    expect(await client.tokenIntrospection(configuration, refreshed.access_token)).toEqual({ active: false })
  })

  it('is authenticated by each method with a secret that it was given', async () => {
    const methods = [client.ClientSecretBasic, client.ClientSecretPost, client.ClientSecretJwt]
    const names = ['client_secret_basic', 'client_secret_post', 'client_secret_jwt']
    for (const [index, authenticate] of methods.entries()) {
      const metadata = { grant_types: ['client_credentials'], token_endpoint_auth_method: `${names[index]}`, scope: 'mcp:tools' }
      const configuration = await register(metadata, authenticate())
      expect(await client.clientCredentialsGrant(configuration, { scope: 'mcp:tools' })).toMatchObject({ token_type: 'bearer' })
    }
  })

  it('goes on as a public client that was registered before, after discovery', async () => {
    const registration = await register({ redirect_uris: [redirect_uri], token_endpoint_auth_method: 'none' })
    const configuration = await discover(registration.clientMetadata() as unknown as RegisteredClient)
    const tokens = await signIn(configuration, { scope: 'openid' })
    expect(tokens.claims()).toMatchObject({ iss: server.url, aud: registration.clientMetadata().client_id })
  })

  it('pushes its authorization request', async () => {
    const configuration = await register(
      { redirect_uris: [redirect_uri], require_pushed_authorization_requests: true },
      client.ClientSecretBasic(),
    )
    const pkceCodeVerifier = client.randomPKCECodeVerifier()
    const code_challenge = await client.calculatePKCECodeChallenge(pkceCodeVerifier)
    const request = { redirect_uri, scope: 'openid', code_challenge, code_challenge_method: 'S256' }
    const url = await client.buildAuthorizationUrlWithPAR(configuration, request, {})
    expect([...url.searchParams.keys()].sort()).toEqual(['client_id', 'request_uri'])
    const back = await authorize(server, url)
    const tokens = await client.authorizationCodeGrant(configuration, back, { pkceCodeVerifier, idTokenExpected: true })
    expect(tokens.claims()).toBeDefined()
  })

  it('binds its tokens to a key (DPoP), in the code flow and for a machine', async () => {
    const metadata = {
      redirect_uris: [redirect_uri],
      grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
      dpop_bound_access_tokens: true,
    }
    const configuration = await register(metadata, client.ClientSecretBasic())
    const DPoP = client.getDPoPHandle(configuration, await client.randomDPoPKeyPair('ES256'))
    const tokens = await signIn(configuration, { scope: 'openid' }, { DPoP })
    expect(tokens.token_type).toBe('dpop')
    const subject = tokens.claims()?.sub ?? ''
    expect(await client.fetchUserInfo(configuration, tokens.access_token, subject, { DPoP })).toMatchObject({ sub: subject })
    await expect(client.fetchUserInfo(configuration, tokens.access_token, subject)).rejects.toThrow()
    expect(await client.clientCredentialsGrant(configuration, {}, { DPoP })).toMatchObject({ token_type: 'dpop' })
    await expect(client.clientCredentialsGrant(configuration)).rejects.toMatchObject({
      error: expect.stringMatching(/^invalid_/),
    })
  })

  it('gets tokens on a device without a browser, once its person agreed elsewhere', async () => {
    const configuration = await register({ grant_types: [device], token_endpoint_auth_method: 'none', redirect_uris: [] })
    const pending = await client.initiateDeviceAuthorization(configuration, { scope: 'openid' })
    await agreeElsewhere(pending)
    const tokens = await client.pollDeviceAuthorizationGrant(configuration, pending)
    expect(tokens.claims()).toMatchObject({ iss: server.url })
  })

  it('ends a session at the address that it finds in discovery', async () => {
    const configuration = await register(
      { redirect_uris: [redirect_uri], post_logout_redirect_uris: ['https://rp.example/out'] },
      client.ClientSecretBasic(),
    )
    const { id_token = '' } = await signIn(configuration, { scope: 'openid' })
    const parameters = { id_token_hint: id_token, post_logout_redirect_uri: 'https://rp.example/out' }
    const url = client.buildEndSessionUrl(configuration, parameters)
    const answer = await createBrowser(server).visit(url)
    expect(answer.status).toBeLessThan(400)
  })
})
