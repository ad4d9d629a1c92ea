import { beforeAll, describe, expect, it } from 'vitest'
import { authentication, authorizationUrl, codeVerifier, type Parameters, post, requestToken } from '../support/flows.ts'
import { type RegisteredClient, redirectUri, register, registered } from '../support/registration-client.ts'
import { createBrowser, textOf } from '../support/scripted-browser.ts'
import { serveSuite } from '../support/serve-suite.ts'

describe('profile oauth21, which every realm has that names none', () => {
  const server = serveSuite()
  let confidential: RegisteredClient
  let open: RegisteredClient
  beforeAll(async () => {
    confidential = await registered(server, { redirect_uris: [redirectUri] })
    open = await registered(server, { redirect_uris: [redirectUri], token_endpoint_auth_method: 'none' })
  })

  describe('registration', () => {
    it.each([
      ['the implicit grant', { grant_types: ['implicit'], response_types: ['token'] }, 'invalid_client_metadata'],
      ['ID tokens in front', { grant_types: ['implicit'], response_types: ['id_token'] }, 'invalid_client_metadata'],
      ['hybrid flows alone', { response_types: ['code id_token'] }, 'invalid_client_metadata'],
      ['the password grant', { grant_types: ['password'] }, 'invalid_client_metadata'],
      ['unsigned request objects', { request_object_signing_alg: 'none' }, 'invalid_client_metadata'],
      ['plain http', { redirect_uris: ['http://app.example/cb'] }, 'invalid_redirect_uri'],
      ['a wildcard', { redirect_uris: ['https://*.app.example/cb'] }, 'invalid_redirect_uri'],
      ['a fragment', { redirect_uris: [`${redirectUri}#a`] }, 'invalid_redirect_uri'],
    ])('refuses %s', async (_what, change, error) => {
      const { status, body } = await register(server, { redirect_uris: [redirectUri], ...change })
      expect([status, body['error']]).toEqual([400, error])
    })

    it('leaves out what it does not serve, beside what it does', async () => {
      const all = { grant_types: ['authorization_code', 'implicit'], response_types: ['code', 'code id_token'] }
      const client = await registered(server, { redirect_uris: [redirectUri], ...all })
      expect(client).toMatchObject({ grant_types: ['authorization_code'], response_types: ['code'] })
    })

    it('demands nothing that the client did not ask for', () => {
      for (const member of ['require_pushed_authorization_requests', 'require_signed_request_object', 'dpop_bound_access_tokens'])
        expect(confidential).not.toHaveProperty(member)
    })
  })

  describe('authorization requests', () => {
    const refusals: readonly (readonly [string, Parameters, string])[] = [
      ['no proof key', { code_challenge: '', code_challenge_method: '' }, 'invalid_request'],
      ['a plain proof key', { code_challenge: codeVerifier, code_challenge_method: 'plain' }, 'invalid_request'],
      ['a token in front', { response_type: 'token' }, 'unsupported_response_type'],
      ['a hybrid flow', { response_type: 'code id_token' }, 'unsupported_response_type'],
    ]

    it.each(refusals)('are refused with %s, of confidential and public clients', async (_what, parameters, error) => {
      for (const client of [confidential, open]) {
        const page = await createBrowser(server).visit(authorizationUrl(server, client, parameters))
        expect(page.location?.href ?? textOf(page)).toContain(error)
        expect(page.location?.searchParams.has('code') ?? false).toBe(false)
      }
    })

    it.each(refusals)('are refused with %s when they are pushed', async (_what, parameters, error) => {
      const { searchParams } = authorizationUrl(server, confidential, parameters)
      const { headers, parameters: credentials } = authentication(confidential)
      const { status, body } = await post(server, '/par', { ...Object.fromEntries(searchParams), ...credentials }, headers)
      expect([status, body.error]).toEqual([400, error])
    })

    it.each([
      `${redirectUri}/`,
      `${redirectUri}?a=b`,
      'https://app.example:444/cb',
      'http://app.example/cb',
      'https://APP.example/cb',
    ])('go to no address but the registered one: %s', async (redirect_uri) => {
      const page = await createBrowser(server).visit(authorizationUrl(server, open, { redirect_uri }))
      expect([page.location, page.status]).toEqual([undefined, 400])
    })
  })

  describe('token requests', () => {
    const codeOf = async (client: RegisteredClient) => {
      const back = await createBrowser(server).authorize(authorizationUrl(server, client))
      return back.searchParams.get('code') ?? ''
    }

    it('are refused without the proof, or with another one', async () => {
      for (const code_verifier of ['', 'x'.repeat(43)]) {
        const proof = code_verifier === '' ? {} : { code_verifier }
        const grant = { grant_type: 'authorization_code', code: await codeOf(open), redirect_uri: redirectUri, ...proof }
        const { status, body } = await requestToken(server, open, grant)
        expect([status, body.error]).toEqual([400, 'invalid_grant'])
      }
    })

    it('are refused for a password', async () => {
      const grant = { grant_type: 'password', username: 'ada', password: 'x' }
      expect((await requestToken(server, confidential, grant)).body.error).toBe('unsupported_grant_type')
    })

    it('give tokens for the code and its proof', async () => {
      const grant = {
        grant_type: 'authorization_code',
        code: await codeOf(open),
        redirect_uri: redirectUri,
        code_verifier: codeVerifier,
      }
      expect((await requestToken(server, open, grant)).body).toMatchObject({ token_type: 'Bearer', id_token: expect.any(String) })
    })
  })
})
