import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { withSettings } from '../support/change-realm.ts'
import { requestToken } from '../support/flows.ts'
import { type RegisteredClient, read, redirectUri, registered, remove, update } from '../support/registration-client.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const guard = {
  ...{ id: 'guard', policy: 'management-by-access-token', enabled: true, onlyBound: false },
  options: { scopes: ['mcp:tools'], clients: 'own' },
}
const metadata = {
  redirect_uris: [redirectUri],
  grant_types: ['authorization_code', 'client_credentials'],
  scope: 'openid email mcp:tools',
}

/** RFC 7592 §1.3 leaves open how the endpoint is protected; here nothing but a policy stands before it. */
describe('a realm without registration access tokens', () => {
  let server: TestServer
  let own: RegisteredClient
  let other: RegisteredClient
  beforeAll(async () => {
    server = await startTestServer({ change: withSettings({ registrationAccessTokens: 'disabled' }) })
    const unguarded = await registered(server, metadata)
    const authorization = `Bearer ${await tokenOf(unguarded)}`
    expect(await read(unguarded, { authorization })).toMatchObject({ status: 403, body: { error: 'access_denied' } })
    expect((await server.admin('POST', '/realms/default/policies', guard)).status).toBe(201)
    own = await registered(server, metadata)
    other = await registered(server, metadata)
  })
  afterAll(() => server?.stop())

  const tokenOf = async (client: RegisteredClient, scope = 'mcp:tools') => {
    const { body } = await requestToken(server, client, { grant_type: 'client_credentials', scope })
    return body.access_token
  }
  const manage = async (token: string | undefined) => {
    const header = token === undefined ? {} : { authorization: `Bearer ${token}` }
    const change = { client_id: own.client_id, ...metadata, client_name: 'Mine' }
    // A header of its own wins over the token that a client would have.
    return [await read(own, header), await update(own, change, header), await remove(own, header)]
  }

  it('gives none to anybody, and tells the address all the same', () => {
    expect(own).not.toHaveProperty('registration_access_token')
    expect(own.registration_client_uri).toContain(own.client_id)
  })

  it.each<readonly [string, () => Promise<string | undefined>, number]>([
    ['one that is no token', async () => 'rat_made-up-by-somebody', 401],
    ['the token of another client', () => tokenOf(other), 401],
    ['the secret of the client', async () => own.client_secret, 401],
    ['a token of the client for something else', () => tokenOf(own, 'email'), 403],
    ['the token of a client that is suspended', () => suspendedToken(), 401],
  ])('opens nothing to %s', async (_what, token, status) => {
    const before = await (await server.admin('GET', `/realms/default/clients/${own.client_id}`)).text()
    for (const answer of await manage(await token())) expect(answer.status).toBe(status)
    const now = await (await server.admin('GET', `/realms/default/clients/${own.client_id}`)).text()
    expect(metadataOf(now)).toEqual(metadataOf(before))
  })

  it('opens nothing while nobody guards it any more: the guard cannot be taken away, nor switched off', async () => {
    for (const change of [{ enabled: false }, { onlyBound: true }]) {
      expect((await server.admin('PUT', '/realms/default/policies/guard', { ...guard, ...change })).ok).toBe(false)
    }
    expect((await server.admin('DELETE', '/realms/default/policies/guard')).ok).toBe(false)
  })

  it('answers alike whether the client is not there or another’s', async () => {
    const authorization = `Bearer ${await tokenOf(other)}`
    const nobody = { ...own, registration_client_uri: own.registration_client_uri.replace(own.client_id, 'nobody') }
    const [theirs, none] = [await read(own, { authorization }), await read(nobody, { authorization })]
    expect([none.status, none.body['error']]).toEqual([theirs.status, theirs.body['error']])
  })

  it('is open to the client itself, with the scope', async () => {
    for (const answer of await manage(await tokenOf(own))) expect([200, 204]).toContain(answer.status)
  })

  async function suspendedToken(): Promise<string> {
    const third = await registered(server, metadata)
    const token = await tokenOf(third)
    expect((await server.admin('POST', `/realms/default/clients/${third.client_id}/suspend`)).status).toBe(200)
    return token
  }
})

/** What a client is; when it was used last is told, too. */
function metadataOf(text: string): unknown {
  const { metadata: told, state, revision } = JSON.parse(text)
  return { told, state, revision }
}
