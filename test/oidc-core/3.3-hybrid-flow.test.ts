import { beforeAll, describe, expect, it } from 'vitest'
import { changingRealm } from '../support/change-realm.ts'
import { authorizationUrl, codeVerifier, decode, type Parameters, requestToken } from '../support/flows.ts'
import { type RegisteredClient, redirectUri, register, registered } from '../support/registration-client.ts'
import { createBrowser } from '../support/scripted-browser.ts'
import { serveSuite } from '../support/serve-suite.ts'
import { answerTo, frontChannelClient, leftHalf, verified } from './front-channel.ts'

const hybrids = ['code id_token', 'code token', 'code id_token token']
const file = 'test/fixtures/configurations/oidc.yaml'

describe('the hybrid flow (OpenID Connect Core §3.3)', () => {
  const server = serveSuite({ file })
  let clients: Readonly<Record<string, RegisteredClient>>
  beforeAll(async () => {
    const made = hybrids.map(async (type) => [type, await frontChannelClient(server, type)] as const)
    clients = Object.fromEntries(await Promise.all(made))
  })
  const clientFor = (type: string): RegisteredClient => {
    const client = clients[type]
    if (client === undefined) throw new Error(`no client for ${type}`)
    return client
  }
  const ask = (response_type: string, parameters: Parameters = {}) =>
    answerTo(server, clientFor(response_type), { response_type, ...parameters })
  const redeem = (type: string, code = '', more: Parameters = {}) =>
    requestToken(server, clientFor(type), {
      grant_type: 'authorization_code',
      code,
      redirect_uri: redirectUri,
      code_verifier: codeVerifier,
      ...more,
    })

  it.each(hybrids)('tells errors of %s in the fragment, and nowhere else (§3.3.2.6)', async (type) => {
    const { query, fragment } = await ask(type, { prompt: 'none' })
    expect([query, fragment]).toEqual([
      {},
      expect.objectContaining({ error: 'login_required', iss: server.url, state: 'a-state' }),
    ])
  })

  it.each(hybrids)('never answers %s in a query', async (type) => {
    const { query, fragment } = await ask(type, { response_mode: 'query' })
    expect({ ...query, ...fragment }).toMatchObject({ error: 'invalid_request' })
    expect(JSON.stringify({ ...query, ...fragment })).not.toMatch(/"(code|access_token|id_token)"/)
  })

  it.each(['code id_token', 'code id_token token'])('needs a nonce for %s (§3.3.2.11)', async (type) => {
    expect((await ask(type, { nonce: '' })).fragment).toMatchObject({ error: 'invalid_request' })
  })

  it.each(hybrids)('gives what %s says, and the hashes that bind it together (§3.3.2.5, §3.3.2.11)', async (type) => {
    const { query, fragment } = await ask(type)
    expect(query).toEqual({})
    const words = type.split(' ').map((word) => (word === 'token' ? 'access_token' : word))
    for (const word of ['code', 'access_token', 'id_token']) expect(word in fragment, word).toBe(words.includes(word))
    expect(fragment).toMatchObject({ state: 'a-state', iss: server.url })
    if (fragment['id_token'] === undefined) return
    const claims = await verified(server, clientFor(type), fragment['id_token'])
    const at_hash = fragment['access_token'] === undefined ? undefined : leftHalf(fragment['access_token'])
    expect([claims['nonce'], claims['c_hash'], claims['at_hash']]).toEqual(['a-nonce', leftHalf(fragment['code']), at_hash])
  })

  it.each(hybrids)('gives the rest of %s for the code: same person, same issuer (§3.3.3.6)', async (type) => {
    const { fragment } = await ask(type, { scope: 'openid offline_access', prompt: 'consent' })
    const { status, body } = await redeem(type, fragment['code'])
    expect(status).toBe(200)
    const client = clientFor(type)
    const second = await verified(server, client, body.id_token)
    expect(second).toMatchObject({ nonce: 'a-nonce' })
    expect(body.refresh_token).toBeTruthy()
    if (fragment['id_token'] === undefined) return
    const first = decode(fragment['id_token']).claims
    expect([second['iss'], second['sub']]).toEqual([first['iss'], first['sub']])
  })

  it('holds the code to the proof key of the request (RFC 9700 §2.1.1)', async () => {
    const { fragment } = await ask('code id_token')
    const { status, body } = await redeem('code id_token', fragment['code'], { code_verifier: 'x'.repeat(43) })
    expect([status, body.error]).toEqual([400, 'invalid_grant'])
  })

  it('ends the access token of the front channel when the code is used twice (RFC 6749 §4.1.2)', async () => {
    const { fragment } = await ask('code token')
    const userinfo = async () => {
      const authorization = `Bearer ${fragment['access_token']}`
      return (await fetch(`${server.url}/userinfo`, { headers: { authorization } })).status
    }
    expect([(await redeem('code token', fragment['code'])).status, await userinfo()]).toEqual([200, 200])
    expect((await redeem('code token', fragment['code'])).status).toBe(400)
    expect(await userinfo()).toBe(401)
  })

  it('answers in a form that submits itself, where it is asked to (Form Post Response Mode §2)', async () => {
    const browser = createBrowser(server)
    const client = clientFor('code id_token token')
    await browser.authorize(authorizationUrl(server, client, { response_type: 'code id_token token' }))
    const url = authorizationUrl(server, client, { response_type: 'code id_token token', response_mode: 'form_post' })
    const page = await browser.visit(url)
    expect([page.status, page.location]).toEqual([200, undefined])
    for (const name of ['code', 'access_token', 'id_token', 'state', 'iss']) expect(page.body).toContain(`name="${name}"`)
    expect(page.body).toContain(`action="${redirectUri}"`)
    expect(page.headers.get('cache-control')).toContain('no-store')
  })

  it('answers in a signed fragment, where it is asked to (JARM §2.3)', async () => {
    const { fragment } = await ask('code id_token', { response_mode: 'jwt' })
    expect(Object.keys(fragment)).toEqual(['response'])
    expect(decode(fragment['response'] ?? '').claims).toMatchObject({
      iss: server.url,
      code: expect.any(String),
      state: 'a-state',
    })
  })
})

describe('the hybrid flow, where everybody needs a proof key', () => {
  const server = serveSuite({ file, change: changingRealm((realm) => ({ ...realm, base: { ...realm.base, pkce: 'required' } })) })

  it.each(hybrids)('is refused without one: %s (RFC 9700 §2.1.1)', async (type) => {
    const client = await frontChannelClient(server, type)
    const plainly = { response_type: type, code_challenge: '', code_challenge_method: '' }
    expect((await answerTo(server, client, plainly)).fragment).toMatchObject({ error: 'invalid_request' })
  })
})

describe('the hybrid flow, where it needs no grant implicit', () => {
  const withoutImplicit = changingRealm((realm) => {
    const capabilities = { ...realm.base.capabilities, hybridWithoutImplicit: true }
    return { ...realm, base: { ...realm.base, capabilities } }
  })
  const server = serveSuite({ file, change: withoutImplicit })

  it('still has web clients redirect to https, and not to loopback (OIDR-AT-02)', async () => {
    const hybrid = { application_type: 'web', response_types: ['code id_token'], grant_types: ['authorization_code'] }
    for (const uri of ['https://localhost/cb', 'http://127.0.0.1/cb', 'http://app.example/cb']) {
      const { status, body } = await register(server, { ...hybrid, redirect_uris: [uri] })
      expect([status, body['error']], uri).toEqual([400, 'invalid_redirect_uri'])
    }
    expect(await registered(server, { ...hybrid, redirect_uris: [redirectUri] })).toMatchObject({
      grant_types: ['authorization_code'],
    })
  })
})
