import { decodeJwt } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  administer,
  discover,
  exchangeGrant,
  introspect,
  joins,
  mcp,
  type Party,
  requestToken,
  signIn,
  tokenType,
} from '../rfc7523/trusting-realms.ts'
import { post } from '../support/flows.ts'
import { serveSuite } from '../support/serve-suite.ts'

const api = 'https://api.example'

describe('the exchange of another realm’s tokens (RFC 8693)', () => {
  const server = serveSuite({ file: 'test/fixtures/configurations/trust.yaml' })
  let here: Party
  let there: Party
  let token: string

  const entry = (changes: object = {}) => ({
    ...{ id: 'people', issuer: server.url, keys: { kind: 'realm', realm: 'default' } },
    ...{ uses: ['token-exchange'], clients: 'any', scopes: ['mcp:tools', 'read'], audiences: [api] },
    ...changes,
  })
  const entrust = (changes: object = {}) => administer(server, 'PUT', 'tools/assertion-issuers/people', entry(changes))
  const signInFor = async (resource: string, party = here) => {
    const { access_token, id_token } = await signIn(server, party, { scope: 'openid read', resource })
    return { access_token, id_token }
  }
  const exchange = (subject_token: string, more: Readonly<Record<string, string>> = {}) =>
    requestToken(there, exchangeGrant, {
      ...{ subject_token, subject_token_type: tokenType('access_token'), audience: mcp, ...more },
    })

  beforeAll(async () => {
    here = await joins(server.url, ['authorization_code', exchangeGrant])
    there = await joins(`${server.url}/realms/tools`, [exchangeGrant], { redirect_uris: [], response_types: [] })
    token = await tokenFor(here)
  })

  /** At the API of the first realm, by the flow that asks for it. */
  async function tokenFor(party: Party): Promise<string> {
    const { access_token } = await signInFor(api, party)
    const narrowed = await requestToken(party, exchangeGrant, {
      ...{ subject_token: access_token, subject_token_type: tokenType('access_token'), audience: api },
    })
    return narrowed.access_token
  }

  it('is refused without trust, whoever asks', async () => {
    for (const type of ['access_token', 'jwt']) {
      await expect(exchange(token, { subject_token_type: tokenType(type) })).rejects.toMatchObject({
        error: 'invalid_request',
        error_description: expect.stringMatching(/does not trust/),
      })
    }
    await administer(server, 'POST', 'tools/assertion-issuers', entry())
    await entrust({ audiences: [] })
    await expect(exchange(token)).rejects.toMatchObject({ error: 'invalid_request' })
    await entrust({ keys: { kind: 'realm', realm: 'missing' } })
    await expect(exchange(token)).rejects.toMatchObject({ error: 'invalid_request' })
    await entrust({ issuer: `${server.url}/realms/other` })
    await expect(exchange(token)).rejects.toMatchObject({ error: 'invalid_request' })
    await entrust()
  })

  it('gives a token of this realm, that tells who acts and has scopes of its own', async () => {
    await expect(exchange(token, { scope: 'mcp:tools' })).rejects.toMatchObject({ error: 'invalid_scope' })
    const { id_token } = await signInFor(api)
    await entrust({ audiences: [api, here.client.client_id] })
    const answer = await exchange(id_token, { subject_token_type: tokenType('id_token') })
    expect(decodeJwt(answer.access_token)).toMatchObject({
      ...{ iss: there.issuer, aud: mcp, scope: 'mcp:tools', act: { sub: there.client.client_id } },
    })
    await entrust()
  })

  it('ends when the token is revoked where it was made, or its client is suspended there', async () => {
    const own = await joins(server.url, ['authorization_code', exchangeGrant])
    const [revoked, orphaned] = [await tokenFor(own), await tokenFor(own)]
    const [first, second] = [await exchange(revoked, { audience: '' }), await exchange(orphaned, { audience: '' })]
    const active = () =>
      Promise.all([first, second].map(async ({ access_token }) => (await introspect(there, access_token)).active))
    expect(await active()).toEqual([true, true])
    const { client_id, client_secret } = own.client
    await post(server, '/revoke', { token: revoked, client_id, client_secret })
    expect(await active()).toEqual([false, true])
    await expect(exchange(revoked, { audience: '' })).rejects.toMatchObject({
      error_description: expect.stringMatching(/not alive any more/),
    })
    await administer(server, 'POST', `default/clients/${client_id}/suspend`)
    expect(await active()).toEqual([false, false])
    await expect(exchange(orphaned, { audience: '' })).rejects.toMatchObject({ error: 'invalid_request' })
  })

  it('ends when the realm is removed that it was made in, and by one that comes under its name', async () => {
    const partner = { name: 'partner', grants: ['authorization_code', 'client_credentials'], scopes: ['openid', 'read'] }
    await server.admin('POST', '/realms', { ...partner, resources: [{ identifier: api, scopes: ['read'] }] })
    const issuer = `${server.url}/realms/partner`
    const machine = { grant_types: ['client_credentials'], response_types: [], scope: 'read' }
    const method = { token_endpoint_auth_method: 'client_secret_post' }
    const client = (await administer(server, 'POST', 'partner/clients', { ...machine, ...method })) as Party['client']
    const party = { issuer, as: await discover(issuer), client }
    const { access_token } = await requestToken(party, 'client_credentials', { scope: 'read', resource: api })
    const id = 'partner'
    await administer(server, 'POST', 'tools/assertion-issuers', entry({ id, issuer, keys: { kind: 'realm', realm: 'partner' } }))
    const exchanged = await exchange(access_token, { audience: '' })
    const isActive = async () => (await introspect(there, exchanged.access_token)).active
    expect(await isActive()).toBe(true)
    expect((await server.admin('DELETE', '/realms/partner')).status).toBe(204)
    expect(await isActive()).toBe(false)
    await expect(exchange(access_token, { audience: '' })).rejects.toMatchObject({ error: 'invalid_request' })
    await server.admin('POST', '/realms', partner)
    expect(await isActive()).toBe(false)
    await expect(exchange(access_token, { audience: '' })).rejects.toMatchObject({ error: 'invalid_request' })
  })
})
