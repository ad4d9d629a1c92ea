import { exportJWK } from 'jose'
import * as oauth from 'oauth4webapi'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RegisteredClient, read, remove, update } from '../support/registration-client.ts'
import { authorize } from '../support/scripted-browser.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const redirect_uri = 'https://rp.example/cb'
const insecure = { [oauth.allowInsecureRequests]: true } as const

describe('oauth4webapi', () => {
  let server: TestServer
  let as: oauth.AuthorizationServer
  beforeAll(async () => {
    server = await startTestServer()
    const issuer = new URL(server.url)
    as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...insecure }))
  })
  afterAll(() => server?.stop())

  async function register(metadata: Partial<oauth.OmitSymbolProperties<oauth.Client>>) {
    return oauth.processDynamicClientRegistrationResponse(
      await oauth.dynamicClientRegistrationRequest(as, metadata, { ...insecure }),
    )
  }

  /** A key of the client's, and what it registers of it. */
  async function keys(kid: string) {
    const { privateKey, publicKey } = await oauth.generateKeyPair('ES256')
    const jwk = { ...(await exportJWK(publicKey)), kid, use: 'sig', alg: 'ES256' }
    return { key: { key: privateKey, kid }, jwks: { keys: [jwk as oauth.JWK] } }
  }

  async function pkce() {
    const verifier = oauth.generateRandomCodeVerifier()
    return { verifier, code_challenge: await oauth.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256' }
  }

  async function redeem(client: oauth.Client, authentication: oauth.ClientAuth, back: URLSearchParams, verifier: string) {
    const response = await oauth.authorizationCodeGrantRequest(as, client, authentication, back, redirect_uri, verifier, insecure)
    return oauth.processAuthorizationCodeResponse(as, client, response)
  }

  it('registers, reads, updates and deletes', async () => {
    const client = (await register({ redirect_uris: [redirect_uri], client_name: 'Harbor' })) as unknown as RegisteredClient
    expect((await read(client)).body).toMatchObject({ client_name: 'Harbor' })
    const { body } = await update(client, { client_id: client.client_id, redirect_uris: [redirect_uri], client_name: 'Haven' })
    expect(body).toMatchObject({ client_name: 'Haven' })
    expect((await remove(client)).status).toBe(204)
    expect((await read(client)).status).toBe(401)
  })

  it('finds the errors of registration where it looks for them', async () => {
    await expect(register({ redirect_uris: ['http://rp.example/cb'] })).rejects.toMatchObject({ error: 'invalid_redirect_uri' })
    const response = await oauth.dynamicClientRegistrationRequest(as, {}, { ...insecure, initialAccessToken: 'unknown' })
    const refused = oauth.processDynamicClientRegistrationResponse(response)
    await expect(refused).rejects.toBeInstanceOf(oauth.WWWAuthenticateChallengeError)
  })

  it('gets a token as a machine with private_key_jwt, and inspects and revokes it', async () => {
    const { key, jwks } = await keys('machine')
    const client = await register({
      grant_types: ['client_credentials'],
      token_endpoint_auth_method: 'private_key_jwt',
      scope: 'mcp:tools',
      jwks,
    })
    expect(client['client_secret']).toBeUndefined()
    const authentication = oauth.PrivateKeyJwt(key)
    const parameters = { scope: 'mcp:tools', resource: 'https://mcp.example/' }
    const response = await oauth.clientCredentialsGrantRequest(as, client, authentication, parameters, insecure)
    const { access_token } = await oauth.processClientCredentialsResponse(as, client, response)

    const inspect = async () => {
      const answer = await oauth.introspectionRequest(as, client, authentication, access_token, insecure)
      return oauth.processIntrospectionResponse(as, client, answer)
    }
    expect(await inspect()).toMatchObject({ active: true, scope: 'mcp:tools' })
    const request = new Request('https://mcp.example/', { headers: { authorization: `Bearer ${access_token}` } })
    const claims = await oauth.validateJwtAccessToken(as, request, 'https://mcp.example/', insecure)
    expect(claims).toMatchObject({ client_id: client.client_id, iss: server.url })
    await oauth.processRevocationResponse(await oauth.revocationRequest(as, client, authentication, access_token, insecure))
    expect(await inspect()).toEqual({ active: false })
  })

  it('pushes a signed request object (PAR, JAR) and gets a signed answer (JARM)', async () => {
    const { key, jwks } = await keys('signer')
    const client = await register({
      redirect_uris: [redirect_uri],
      token_endpoint_auth_method: 'private_key_jwt',
      request_object_signing_alg: 'ES256',
      authorization_signed_response_alg: 'ES256',
      id_token_signed_response_alg: 'ES256',
      require_signed_request_object: true,
      require_pushed_authorization_requests: true,
      jwks,
    })
    const authentication = oauth.PrivateKeyJwt(key)
    const { verifier, ...challenge } = await pkce()
    const state = oauth.generateRandomState()
    const parameters = { response_type: 'code', response_mode: 'jwt', redirect_uri, scope: 'openid', state, ...challenge }
    const request = await oauth.issueRequestObject(as, client, parameters, key)
    const pushed = await oauth.pushedAuthorizationRequest(as, client, authentication, { request }, insecure)
    const { request_uri } = await oauth.processPushedAuthorizationResponse(as, client, pushed)

    const back = await authorize(
      server,
      `${as.authorization_endpoint}?${new URLSearchParams({ client_id: client.client_id, request_uri })}`,
    )
    expect([...back.searchParams.keys()]).toEqual(['response'])
    const answer = await oauth.validateJwtAuthResponse(as, client, back, state, insecure)
    const tokens = await redeem(client, authentication, answer, verifier)
    expect(oauth.getValidatedIdTokenClaims(tokens)).toMatchObject({ iss: server.url, aud: client.client_id })
  })

  it('refuses nothing of the plain answer: state, iss, ID token, userinfo', async () => {
    const client = await register({ redirect_uris: [redirect_uri], token_endpoint_auth_method: 'none' })
    const { verifier, ...challenge } = await pkce()
    const state = oauth.generateRandomState()
    const url = new URL(as.authorization_endpoint ?? '')
    const parameters = {
      client_id: client.client_id,
      response_type: 'code',
      redirect_uri,
      scope: 'openid profile',
      state,
      ...challenge,
    }
    url.search = `${new URLSearchParams(parameters)}`
    const back = oauth.validateAuthResponse(as, client, await authorize(server, url), state)
    const tokens = await redeem(client, oauth.None(), back, verifier)
    const subject = oauth.getValidatedIdTokenClaims(tokens)?.sub ?? ''
    const userinfo = await oauth.userInfoRequest(as, client, tokens.access_token, insecure)
    expect(await oauth.processUserInfoResponse(as, client, subject, userinfo)).toMatchObject({ name: 'Ada Lovelace' })
  })
})
