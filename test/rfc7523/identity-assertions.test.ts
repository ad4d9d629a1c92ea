import { decodeJwt, decodeProtectedHeader } from 'jose'
import * as oauth from 'oauth4webapi'
import { beforeAll, describe, expect, it } from 'vitest'
import { post } from '../support/flows.ts'
import { createDpopKey } from '../support/proofs.ts'
import { serveSuite } from '../support/serve-suite.ts'
import type { TestServer } from '../support/test-server.ts'
import {
  administer,
  discover,
  exchangeGrant,
  introspect,
  joins,
  jwtBearerGrant,
  mcp,
  type Party,
  requestToken,
  signIn,
  tokenType,
} from './trusting-realms.ts'

const file = 'test/fixtures/configurations/trust.yaml'

// draft-ietf-oauth-identity-assertion-authz-grant-03, both sides of it: an identity provider, and whoever guards an MCP server.
describe.each([
  ['of another realm of the same server', false],
  ['of another server', true],
])('an identity assertion (ID-JAG) %s', (_where, isElsewhere) => {
  const idp = serveSuite({ file })
  const elsewhere: TestServer = isElsewhere ? serveSuite({ file }) : idp
  let here: Party
  let there: Party
  let id_token: string

  const trust = (changes: object = {}) => ({
    id: 'idp',
    issuer: idp.url,
    keys: isElsewhere ? { kind: 'jwks-uri', jwksUri: `${idp.url}/jwks` } : { kind: 'realm', realm: 'default' },
    uses: ['id-jag'],
    clients: 'any',
    scopes: ['mcp:tools', 'mcp:write'],
    subject: { kind: 'username', claim: 'email', emailDomains: ['corp.example'] },
    ...changes,
  })
  const audience = (changes: object = {}) => ({
    id: 'tools',
    issuer: there.issuer,
    aliases: ['urn:corp:tools'],
    clients: [{ client_id: here.client.client_id, clientIdThere: there.client.client_id }],
    resources: [mcp, 'https://other.example'],
    scopes: ['mcp:tools', 'mcp:write', 'mcp:admin'],
    claims: ['email', 'email_verified'],
    ...changes,
  })

  beforeAll(async () => {
    here = await joins(idp.url, ['authorization_code', exchangeGrant])
    there = await joins(`${elsewhere.url}/realms/tools`, [jwtBearerGrant], { redirect_uris: [], response_types: [] })
    ;({ id_token } = await signIn(idp, here, { scope: 'openid email' }))
    await administer(idp, 'POST', 'default/assertion-audiences', audience())
    await administer(elsewhere, 'POST', 'tools/assertion-issuers', trust())
  })

  const obtain = (more: Readonly<Record<string, string>> = {}, party = here) =>
    requestToken(party, exchangeGrant, {
      requested_token_type: tokenType('id-jag'),
      subject_token: id_token,
      subject_token_type: tokenType('id_token'),
      audience: there.issuer,
      resource: mcp,
      scope: 'mcp:tools',
      ...more,
    })
  const present = (assertion: string, more: Readonly<Record<string, string>> = {}, party = there) =>
    requestToken(party, jwtBearerGrant, { assertion, ...more })

  it('is advertised on both sides, and not whom it is about', async () => {
    expect(await discover(here.issuer)).toMatchObject({
      identity_chaining_requested_token_types_supported: [tokenType('id-jag')],
    })
    const metadata = await discover(there.issuer)
    expect(metadata).toMatchObject({
      authorization_grant_profiles_supported: ['urn:ietf:params:oauth:grant-profile:id-jag'],
      grant_types_supported: expect.arrayContaining([jwtBearerGrant]),
    })
    if (isElsewhere) expect(JSON.stringify(metadata)).not.toContain(idp.url)
  })

  it('says who signed in, for whom it is, and what was granted', async () => {
    const answer = await obtain()
    expect(answer).toMatchObject({
      issued_token_type: tokenType('id-jag'),
      token_type: 'n_a',
      expires_in: 300,
      scope: 'mcp:tools',
    })
    expect(answer).not.toHaveProperty('refresh_token')
    expect(decodeProtectedHeader(answer.access_token)).toMatchObject({ typ: 'oauth-id-jag+jwt' })
    const claims = decodeJwt(answer.access_token)
    expect(claims).toMatchObject({
      ...{ iss: idp.url, sub: decodeJwt(id_token).sub, aud: there.issuer, client_id: there.client.client_id },
      ...{ resource: mcp, scope: 'mcp:tools', email: 'alice@corp.example', jti: expect.any(String), iat: expect.any(Number) },
    })
    expect(claims).not.toHaveProperty('name')
  })

  it('gets a token for the MCP server, of the person who signed in there', async () => {
    const { access_token: assertion } = await obtain()
    const answer = await present(assertion)
    expect(answer).toMatchObject({ token_type: 'bearer', scope: 'mcp:tools' })
    expect(answer).not.toHaveProperty('refresh_token')
    const claims = decodeJwt(answer.access_token)
    expect(claims).toMatchObject({ iss: there.issuer, aud: mcp, client_id: there.client.client_id, scope: 'mcp:tools' })
    expect(claims.sub).not.toBe(decodeJwt(id_token).sub)
    expect(await introspect(there, answer.access_token)).toMatchObject({ active: true })
    const events = (await administer(elsewhere, 'GET', 'tools/audit-events?type=assertion.accepted')) as { items: object[] }
    expect(events.items[0]).toMatchObject({
      details: { assertionIssuer: 'idp', use: 'id-jag', subject: { iss: idp.url, user: claims.sub }, resource: mcp },
    })
    const issued = (await administer(idp, 'GET', 'default/audit-events?type=assertion.issued')) as { items: object[] }
    expect(issued.items[0]).toMatchObject({ details: { assertionAudience: 'tools', scopes: ['mcp:tools'] } })
  })

  it('is good for one token (EXT-JAG-05), and the refusal is kept', async () => {
    const { access_token: assertion } = await obtain()
    await present(assertion)
    await expect(present(assertion)).rejects.toMatchObject({
      error: 'invalid_grant',
      error_description: expect.stringMatching(/used before/),
    })
    // Nobody waits for it who is refused.
    const path = 'tools/audit-events?type=assertion.refused'
    const recorded = async () => ((await administer(elsewhere, 'GET', path)) as { items: object[] }).items[0]
    await expect.poll(recorded).toMatchObject({ details: { error: 'invalid_grant' } })
  })

  it('is worth nothing in the hands of another client (EXT-JAG-04), or of one that proves nothing (EXT-JAG-08)', async () => {
    const thief = await joins(there.issuer, [jwtBearerGrant], { redirect_uris: [], response_types: [] })
    const { access_token: assertion } = await obtain()
    await expect(present(assertion, {}, thief)).rejects.toMatchObject({ error: 'invalid_grant' })
    const open = await joins(there.issuer, ['authorization_code', jwtBearerGrant], { token_endpoint_auth_method: 'none' })
    const answer = await oauth.genericTokenEndpointRequest(
      ...([open.as, { client_id: open.client.client_id }, oauth.None(), jwtBearerGrant] as const),
      { assertion },
      { [oauth.allowInsecureRequests]: true },
    )
    expect([answer.status, await answer.json()]).toEqual([400, expect.objectContaining({ error: 'unauthorized_client' })])
    expect(await present(assertion)).toHaveProperty('access_token')
  })

  it('is for the resources and scopes in it, of which a request takes some (EXT-JAG-06)', async () => {
    const both = await obtain({ scope: 'mcp:tools mcp:write' })
    await expect(present(both.access_token, { resource: 'https://other.example' })).rejects.toMatchObject({
      error: 'invalid_target',
    })
    await expect(present(both.access_token, { scope: 'read' })).rejects.toMatchObject({ error: 'invalid_scope' })
    expect(await present(both.access_token, { scope: 'mcp:write' })).toMatchObject({ scope: 'mcp:write' })
    const beyond = await obtain({ scope: 'mcp:tools mcp:admin' })
    expect(await present(beyond.access_token)).toMatchObject({ scope: 'mcp:tools' })
    await expect(present((await obtain()).access_token, { scope: 'mcp:write' })).rejects.toMatchObject({ error: 'invalid_scope' })
  })

  it('is refused by whoever it was not made for: an audience more, another realm, the one that made it', async () => {
    const { access_token: assertion } = await obtain()
    const other = await joins(idp.url, ['authorization_code', exchangeGrant])
    await expect(present(assertion, {}, other)).rejects.toMatchObject({ error: 'unsupported_grant_type' })
    await expect(
      requestToken(here, exchangeGrant, { subject_token: assertion, subject_token_type: tokenType('jwt') }),
    ).rejects.toMatchObject({ error: 'invalid_request' })
    await administer(elsewhere, 'PUT', 'tools/assertion-issuers/idp', trust({ uses: ['token-exchange', 'jwt-bearer'] }))
    await expect(present(assertion)).rejects.toMatchObject({
      error: 'invalid_grant',
      error_description: expect.stringMatching(/identity assertions/),
    })
    await administer(elsewhere, 'PUT', 'tools/assertion-issuers/idp', trust())
    expect(await present(assertion)).toHaveProperty('access_token')
  })

  it.each<[string, Readonly<Record<string, string>>, string]>([
    ['no audience', { audience: '' }, 'invalid_request'],
    ['an audience without an entry', { audience: 'https://elsewhere.example' }, 'invalid_target'],
    ['a resource without an entry', { resource: 'https://elsewhere.example' }, 'invalid_target'],
    ['a scope without an entry', { scope: 'mcp:tools everything' }, 'invalid_scope'],
    ['an access token', { subject_token_type: tokenType('access_token') }, 'invalid_request'],
    ['a made-up ID token', { subject_token: 'eyJ.eyJ.sig' }, 'invalid_request'],
    ['an actor', { actor_token: 'x', actor_token_type: tokenType('jwt') }, 'invalid_request'],
  ])('is not given for %s', async (_name, more, error) => {
    await expect(obtain(more)).rejects.toMatchObject({ error })
  })

  it('is given to the clients of the entry alone, for people who signed in at them', async () => {
    const other = await joins(idp.url, ['authorization_code', exchangeGrant])
    await expect(obtain({}, other)).rejects.toMatchObject({ error: 'invalid_target' })
    const clients = [here, other].map(({ client }) => ({ client_id: client.client_id, clientIdThere: there.client.client_id }))
    await administer(idp, 'PUT', 'default/assertion-audiences/tools', audience({ clients }))
    await expect(obtain({}, other)).rejects.toMatchObject({
      error: 'invalid_request',
      error_description: expect.stringMatching(/another client/),
    })
    const { id_token: own } = await signIn(idp, other, { scope: 'openid email' })
    expect(await obtain({ subject_token: own }, other)).toHaveProperty('access_token')
    await administer(idp, 'PUT', 'default/assertion-audiences/tools', audience())
    await expect(obtain({ subject_token: own }, other)).rejects.toMatchObject({ error: 'invalid_target' })
  })

  it('is bound to the key that was proven, which has to be proven again', async () => {
    const [key, other] = await Promise.all([createDpopKey(), createDpopKey()])
    const send = async (party: Party, by: typeof key, grant: Readonly<Record<string, string>>) => {
      const { client_id, client_secret } = party.client
      const headers = { dpop: await by.prove('POST', `${party.issuer}/token`) }
      return (await post({ url: party.issuer }, '/token', { client_id, client_secret, ...grant }, headers)).body
    }
    const { access_token: assertion } = await send(here, key, {
      ...{ grant_type: exchangeGrant, requested_token_type: tokenType('id-jag'), audience: there.issuer, resource: mcp },
      ...{ subject_token: id_token, subject_token_type: tokenType('id_token') },
    })
    expect(decodeJwt(assertion)['cnf']).toEqual({ jkt: key.thumbprint })
    await expect(present(assertion)).rejects.toMatchObject({ error: 'invalid_grant' })
    const grant = { grant_type: jwtBearerGrant, assertion }
    expect(await send(there, other, grant)).toMatchObject({ error: 'invalid_grant' })
    const answer = await send(there, key, grant)
    expect(answer).toMatchObject({ token_type: 'DPoP' })
    expect(decodeJwt(answer.access_token)['cnf']).toEqual({ jkt: key.thumbprint })
  })

  it('is given for a refresh token too, as long as that is good, and does not use it up', async () => {
    const own = await joins(idp.url, ['authorization_code', 'refresh_token', exchangeGrant])
    const clients = [here, own].map(({ client }) => ({ client_id: client.client_id, clientIdThere: there.client.client_id }))
    await administer(idp, 'PUT', 'default/assertion-audiences/tools', audience({ clients }))
    const first = await signIn(idp, own, { scope: 'openid email' })
    const byRefreshToken = (subject_token: string, party = own) =>
      obtain({ subject_token, subject_token_type: tokenType('refresh_token') }, party)
    await expect(byRefreshToken(first.refresh_token, here)).rejects.toMatchObject({ error: 'invalid_request' })
    await expect(byRefreshToken('made-up')).rejects.toMatchObject({ error: 'invalid_request' })
    await expect(byRefreshToken(first.access_token)).rejects.toMatchObject({ error: 'invalid_request' })
    const { access_token } = await byRefreshToken(first.refresh_token)
    expect(decodeJwt(access_token)).toMatchObject({ sub: decodeJwt(first.id_token).sub, auth_time: expect.any(Number) })
    const next = await requestToken(own, 'refresh_token', { refresh_token: first.refresh_token })
    expect(await byRefreshToken(next.refresh_token ?? first.refresh_token)).toHaveProperty('access_token')
    const { client_id, client_secret } = own.client
    await post(idp, '/revoke', { token: next.refresh_token ?? first.refresh_token, client_id, client_secret })
    await expect(byRefreshToken(next.refresh_token ?? first.refresh_token)).rejects.toMatchObject({ error: 'invalid_request' })
    await administer(idp, 'PUT', 'default/assertion-audiences/tools', audience())
  })

  it('tells when the person signed in, if the ID token does', async () => {
    const { id_token: dated } = await signIn(idp, here, { scope: 'openid email', max_age: '1000' })
    const { auth_time } = decodeJwt(dated)
    expect(auth_time).toEqual(expect.any(Number))
    expect(decodeJwt((await obtain({ subject_token: dated })).access_token)['auth_time']).toBe(auth_time)
  })

  it('ends with the trust, and what came of it too', async () => {
    const { access_token } = await present((await obtain({ audience: 'urn:corp:tools' })).access_token)
    const waiting = await obtain()
    await administer(elsewhere, 'DELETE', 'tools/assertion-issuers/idp')
    expect(await introspect(there, access_token)).toEqual({ active: false })
    await expect(present(waiting.access_token)).rejects.toMatchObject({
      error: 'invalid_grant',
      error_description: expect.stringMatching(/does not trust/),
    })
    await administer(elsewhere, 'POST', 'tools/assertion-issuers', trust({ subject: { kind: 'foreign' } }))
    const { access_token: anew } = await present(waiting.access_token)
    expect(decodeJwt(anew).sub).toMatch(/^[\w-]{43}$/)
    await administer(idp, 'DELETE', 'default/assertion-audiences/tools')
    await expect(obtain()).rejects.toMatchObject({ error: 'invalid_target' })
    await administer(idp, 'POST', 'default/assertion-audiences', audience())
    await administer(elsewhere, 'PUT', 'tools/assertion-issuers/idp', trust())
  })
})
