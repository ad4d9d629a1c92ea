import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AssertionIssuer, JsonValue } from '../../src/registration/index.ts'
import {
  api,
  backend,
  claimsFor,
  createIssuer,
  exchangeGrant,
  type Issuer,
  inspect,
  openAssertionWorld,
  type Parameters,
  trust,
} from '../rfc7523/assertion-world.ts'
import { basic, redeem } from '../support/code-flow.ts'
import type { EngineWorld } from '../support/engine-world.ts'
import { createDpopKey } from '../support/proofs.ts'

type Claims = Readonly<Record<string, JsonValue | undefined>>
const tokenType = (name: string) => `urn:ietf:params:oauth:token-type:${name}`

describe('the exchange of a foreign issuer’s tokens (RFC 8693 §2.1)', () => {
  let world: EngineWorld
  let issuer: Issuer
  beforeAll(async () => {
    issuer = await createIssuer()
    world = await openAssertionWorld([])
    entrust()
  })
  afterAll(() => world.close())

  const entrust = (changes: Partial<AssertionIssuer> = {}) => trust(world, issuer.entry({ uses: ['token-exchange'], ...changes }))
  const accessToken = (claims: Claims = {}) =>
    issuer.sign({ ...claimsFor(world), client_id: 'portal', scope: 'read email', ...claims }, { typ: 'at+jwt' })
  const idToken = (claims: Claims = {}) => issuer.sign({ ...claimsFor(world), ...claims })
  const exchange = (subject_token: string, more: Parameters = {}, client_id = 'agent', headers: Parameters = {}) => {
    const all = { grant_type: exchangeGrant, subject_token, subject_token_type: tokenType('jwt'), audience: api, ...more }
    const sent = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''))
    return redeem(world, sent, { ...basic(client_id, client_id), ...headers })
  }
  const refusal = (reason: RegExp) => ({
    status: 400,
    error: 'invalid_request',
    error_description: expect.stringMatching(reason),
  })

  it('is refused without trust, with trust for something else, and for a client that the entry does not name', async () => {
    const token = await accessToken()
    trust(world)
    expect(await exchange(token)).toMatchObject(refusal(/subject_token .* does not trust for token exchange/))
    entrust({ uses: ['jwt-bearer', 'id-jag'] })
    expect(await exchange(token)).toMatchObject(refusal(/does not trust for token exchange/))
    entrust({ clients: ['other'] })
    expect(await exchange(token)).toMatchObject(refusal(/this client may not bring/))
    expect(await exchange(token, {}, 'other')).toMatchObject({ status: 200 })
    entrust()
    expect(await exchange(token)).toMatchObject({ status: 200 })
  })

  it.each<[string, () => Promise<string>, string, RegExp]>([
    ['of an access token as ID token', accessToken, 'id_token', /another type/],
    ['of an ID token as access token', idToken, 'access_token', /another type/],
    ['of an ID-JAG', () => issuer.sign(claimsFor(world), { typ: 'oauth-id-jag+jwt' }), 'jwt', /another type/],
    ['of a token for somebody else', () => accessToken({ aud: 'https://elsewhere.example' }), 'jwt', /for somebody else/],
    ['of a token that has expired', () => accessToken({ exp: world.now() - 60 }), 'jwt', /has expired/],
    ['of a token without end', () => accessToken({ exp: undefined }), 'jwt', /must have an exp/],
    ['of a forged one', () => issuer.sign(claimsFor(world), {}, issuer.other.privateKey), 'jwt', /not signed/],
    ['of a token about nobody', () => accessToken({ sub: undefined }), 'jwt', /must have a sub/],
  ])('is refused %s', async (_name, token, type, reason) => {
    expect(await exchange(await token(), { subject_token_type: tokenType(type) })).toMatchObject(refusal(reason))
  })

  it('takes each type for what it is, and as often as it comes', async () => {
    const access = await accessToken()
    for (const type of ['access_token', 'jwt']) {
      expect(await exchange(access, { subject_token_type: tokenType(type) })).toMatchObject({ status: 200, scope: 'read' })
    }
    expect(await exchange(await idToken(), { subject_token_type: tokenType('id_token') })).toMatchObject({ status: 200 })
  })

  it('computes scopes anew: no further than the token and the entry', async () => {
    const both = await accessToken()
    expect(await exchange(both, { audience: backend })).toMatchObject({ scope: 'read email' })
    expect(await exchange(both, { audience: backend, scope: 'email' })).toMatchObject({ scope: 'email' })
    expect(await exchange(both, { scope: 'mcp:tools' })).toMatchObject({ error: 'invalid_scope' })
    const one = await accessToken({ scope: 'email orders' })
    expect(await exchange(one, { audience: backend })).toMatchObject({ scope: 'email' })
    expect(await exchange(one, { audience: backend, scope: 'read' })).toMatchObject({ error: 'invalid_scope' })
    entrust({ scopes: [] })
    expect(await exchange(both, { audience: backend, scope: 'read' })).toMatchObject({ error: 'invalid_scope' })
    entrust()
  })

  it('is good where the token was, if that is a place of this realm, and lives no longer', async () => {
    entrust({ audiences: [backend] })
    const token = await accessToken({ aud: backend, exp: world.now() + 50 })
    const { access_token, expires_in } = await exchange(token, { audience: '' })
    expect(decodeJwt(access_token)).toMatchObject({ aud: backend })
    expect(expires_in).toBeLessThanOrEqual(50)
    entrust()
  })

  it('takes no name of the issuer’s for one of ours: clients', async () => {
    // The issuer has a client `agent` too. Were it ours, it would narrow a token of its own, and nobody would act.
    const { access_token } = await exchange(await accessToken({ client_id: 'agent', sub: 'agent', aud: [world.issuer, 'agent'] }))
    const claims = decodeJwt(access_token)
    expect(claims['act']).toEqual({ sub: 'agent' })
    expect(claims.sub).not.toBe('agent')
  })

  it('takes no name of the issuer’s for one of ours: who acts, and who may', async () => {
    const acted = await accessToken({ act: { sub: 'other' } })
    expect(decodeJwt((await exchange(acted)).access_token)['act']).toEqual({
      sub: 'agent',
      act: { iss: issuer.issuer, sub: 'other' },
    })
    for (const may_act of [{ sub: 'agent' }, { client_id: 'agent' }]) {
      expect(await exchange(await accessToken({ may_act }))).toMatchObject(refusal(/may_act/))
    }
    const named = await accessToken({ may_act: { iss: world.issuer, sub: 'agent' } })
    expect(await exchange(named)).toMatchObject({ status: 200 })
    expect(await exchange(named, {}, 'other')).toMatchObject(refusal(/may_act/))
  })

  it('counts those who have acted before, wherever they did', async () => {
    const chain = (length: number): JsonValue => (length === 0 ? { sub: 'first' } : { sub: `${length}`, act: chain(length - 1) })
    expect(await exchange(await accessToken({ act: chain(3) }))).toMatchObject({ status: 200 })
    expect(await exchange(await accessToken({ act: chain(4) }))).toMatchObject(refusal(/5 exchanges already/))
  })

  it('names a foreign actor by its issuer', async () => {
    const actor = async (claims: Claims = {}) => ({
      actor_token: await accessToken({ sub: 'robot', ...claims }),
      actor_token_type: tokenType('access_token'),
    })
    expect(await exchange(await accessToken(), await actor({ act: { sub: 'x' } }))).toMatchObject(refusal(/acts for another/))
    const { access_token } = await exchange(await accessToken(), await actor())
    expect(decodeJwt(access_token)['act']).toEqual({ iss: issuer.issuer, sub: 'robot' })
    const may = await accessToken({ may_act: { sub: 'robot' } })
    expect(await exchange(may, await actor())).toMatchObject({ status: 200 })
    expect(await exchange(may, await actor({ sub: 'another' }))).toMatchObject(refusal(/may_act/))
  })

  it('asks for the key that the token is bound to, and binds the new one', async () => {
    const [key, other] = await Promise.all([createDpopKey(), createDpopKey()])
    const token = await accessToken({ cnf: { jkt: key.thumbprint } })
    const proof = async (by: typeof key) => ({ dpop: await by.prove('POST', `${world.issuer}/token`) })
    expect(await exchange(token)).toMatchObject(refusal(/bound to a DPoP key/))
    expect(await exchange(token, {}, 'agent', await proof(other))).toMatchObject(refusal(/bound to a DPoP key/))
    expect(await exchange(token, {}, 'agent', await proof(key))).toMatchObject({ token_type: 'DPoP' })
    expect(await exchange(await accessToken({ cnf: { kid: 'x' } }))).toMatchObject(refusal(/cannot be proven here/))
  })

  it('ends with the trust and with the person, also further down the chain', async () => {
    entrust({ subject: { kind: 'account-id' } })
    expect(await exchange(await accessToken({ sub: 'mallory' }))).toMatchObject(refusal(/not known here/))
    const first = await exchange(await accessToken({ sub: 'alice' }))
    const second = await exchange(first.access_token, { subject_token_type: tokenType('access_token') })
    expect(decodeJwt(second.access_token)).toMatchObject({ sub: 'alice', client_id: 'agent' })
    const active = () =>
      Promise.all([first, second].map(async ({ access_token }) => (await inspect(world, access_token))['active']))
    expect(await active()).toEqual([true, true])
    trust(world)
    expect(await active()).toEqual([false, false])
    entrust({ subject: { kind: 'account-id' } })
    expect(await active()).toEqual([true, true])
    entrust()
  })
})
