import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createBrowser, someoneOf } from '../../support/scripted-browser.ts'
import { type Answer, chatbot, credentialsOf, provider, type Received, send, startTenant, type Tenant } from './tenant.ts'

const tokenExchange = 'urn:ietf:params:oauth:grant-type:token-exchange'
const accessToken = 'urn:ietf:params:oauth:token-type:access_token'
const callback = 'https://example.com/callback'

/** R2.20 to R2.24. */
describe('AI agents of PingOne Advanced Identity Cloud (examples/pingone-aic.yaml)', () => {
  let tenant: Tenant
  let application: Answer
  let agent: Answer
  let uid: string
  let userToken: string
  const privilege = randomUUID()

  beforeAll(async () => {
    tenant = await startTenant()
    await tenant.configure('PUT', '/services/oauth-oidc', provider)
    const grants = { grant_types: ['authorization_code'], response_types: ['code'] }
    application = (await tenant.register({ ...grants, client_name: 'Retail App' })).body
    agent = (await tenant.at('/aiagent/register', { json: chatbot })).body
    uid = String((await tenant.configure('GET', `/agents/AIAgent/${agent['client_id']}`)).body['aiAgentIdentityUid'])
    userToken = await signIn()
  })
  afterAll(() => tenant?.stop())

  async function signIn(): Promise<string> {
    const code_verifier = randomBytes(32).toString('base64url')
    const { client_id } = credentialsOf(application)
    const request = new URLSearchParams({
      ...{ response_type: 'code', client_id, redirect_uri: callback, scope: 'data-read', code_challenge_method: 'S256' },
      code_challenge: createHash('sha256').update(code_verifier).digest('base64url'),
    })
    const browser = createBrowser(tenant.server, someoneOf(tenant.server))
    const location = await browser.authorize(`${tenant.am}/authorize?${request}`)
    const code = location.searchParams.get('code') ?? ''
    const form = { grant_type: 'authorization_code', code, redirect_uri: callback, code_verifier, ...credentialsOf(application) }
    return String((await tenant.at('/access_token', { form })).body['access_token'])
  }
  const manage = (method: string, kind: string, id: string, json?: object): Promise<Received> => {
    const { adminUrl, adminToken } = tenant.server
    const sent = json === undefined ? {} : { json }
    return send(`${adminUrl}/openidm/managed/${tenant.realm}_${kind}/${id}`, { method, token: adminToken, ...sent })
  }
  const exchange = (subject_token: string, more: Readonly<Record<string, string>> = {}) =>
    tenant.at('/access_token', {
      form: {
        ...{ grant_type: tokenExchange, subject_token, subject_token_type: accessToken, ...credentialsOf(agent) },
        ...{ audience: String(application['client_id']), scope: 'data-read', ...more },
      },
    })
  const ref = (kind: string, id: unknown) => ({ _ref: `managed/${tenant.realm}_${kind}/${id}` })
  const permissions = [{ type: 'scopes', values: ['data-read'] }]

  it('does not register an agent under an id of its own choice (R2.20)', async () => {
    const answer = await tenant.at('/aiagent/register', { json: { ...chatbot, client_id: 'my-agent' } })
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_client_metadata' } })
  })

  it('registers an agent by the same JSON as a client (R2.20)', async () => {
    expect(agent).toMatchObject({
      client_id: expect.any(String),
      client_secret: expect.any(String),
      scope: 'data-read data-write',
    })
    const { body } = await tenant.configure('GET', `/agents/AIAgent/${agent['client_id']}`)
    expect(body).toMatchObject({
      coreOAuth2ClientConfig: { clientName: { inherited: false, value: 'Retail Chatbot' }, status: { value: 'Active' } },
      advancedOAuth2ClientConfig: { grantTypes: { value: ['client_credentials'] } },
      aiAgentIdentityAttributes: { _id: uid, oauth2ClientId: agent['client_id'], name: 'Retail Chatbot' },
    })
    expect((await tenant.configure('GET', `/agents/AIAgent/${application['client_id']}`)).status).toBe(404)
  })

  it('does not act for anybody before it may (R2.22)', async () => {
    expect(await exchange(userToken)).toMatchObject({ status: 400, body: { error: 'invalid_target' } })
  })

  it('gets a privilege, piece by piece (R2.21)', async () => {
    const path = [privilege, { description: 'Orders of shoppers', permissions, agent: ref('aiagent', uid) }] as const
    const made = await manage('PUT', 'aiagentprivilege', ...path)
    expect(made).toMatchObject({
      status: 201,
      body: { _id: privilege, agentID: uid, agentOAuth2ClientId: agent['client_id'], resource: null, subjects: [], permissions },
    })
    expect((await exchange(userToken)).status).toBe(400)
    const patches = [
      { operation: 'replace', field: '/resource', value: ref('application', application['client_id']) },
      { operation: 'add', field: '/subjects/-', value: ref('user', 'bjensen') },
      { operation: 'replace', field: '/subjectGroups', value: [ref('group', 'support')] },
    ]
    for (const patch of patches) expect((await manage('PATCH', 'aiagentprivilege', privilege, [patch])).status).toBe(200)
    const { body } = await manage('GET', 'aiagentprivilege', privilege)
    expect(body).toMatchObject({
      resource: { _refResourceId: application['client_id'] },
      subjects: [{ _refResourceCollection: `managed/${tenant.realm}_user` }],
      subjectGroups: [{ _ref: `managed/${tenant.realm}_group/support` }],
    })
    expect((await manage('GET', 'aiagent', uid)).body).toMatchObject({ privileges: [{ _refResourceId: privilege }] })
  })

  it('acts on behalf of a person, and both stand in the token (R2.22)', async () => {
    const { status, body } = await exchange(userToken)
    expect({ status, ...body }).toMatchObject({
      ...{ status: 200, issued_token_type: accessToken, token_type: 'Bearer', scope: 'data-read' },
      expires_in: expect.any(Number),
    })
    const claims = decodeJwt(String(body['access_token']))
    const [client_id, audience] = [agent['client_id'], application['client_id']]
    expect(claims).toMatchObject({ client_id, act: { sub: client_id } })
    expect([...(claims.aud as readonly string[])].sort()).toEqual([client_id, audience].sort())
    const form = { token: String(body['access_token']), ...credentialsOf(agent) }
    const { body: inspected } = await tenant.at('/introspect', { form })
    expect(inspected).toMatchObject({ active: true, sub: claims.sub, act: { sub: client_id } })
    const answer = await tenant.server.admin('GET', `/realms/${tenant.realm}/audit-events?type=token.exchanged`)
    const events = (await answer.json()) as { items: readonly object[] }
    expect(events.items[0]).toMatchObject({
      client_id,
      details: { subject: { user: claims.sub }, agent: uid, application: audience, privileges: [privilege], jti: claims.jti },
    })
  })

  it('is refused scopes beyond its privilege (R2.22)', async () => {
    const wide = await exchange(userToken, { scope: 'data-read data-write' })
    expect(wide).toMatchObject({ status: 400, body: { error: 'invalid_scope' } })
  })

  it('acts for itself, and is named (R2.23)', async () => {
    const { status, body } = await exchange(await tenant.accessToken(agent))
    expect(status).toBe(200)
    const [client_id, audience] = [agent['client_id'], application['client_id']]
    const token = decodeJwt(String(body['access_token']))
    expect(token).toMatchObject({ sub: client_id, client_id, act: { sub: client_id } })
    expect(token.aud).toEqual([client_id, audience])
  })

  it('is refused another audience, and an actor token where nobody may act for the person (R2.24)', async () => {
    expect(await exchange(userToken, { audience: 'nobody' })).toMatchObject({ status: 400, body: { error: 'invalid_target' } })
    const actor = { actor_token: await tenant.accessToken(agent), actor_token_type: accessToken }
    expect(await exchange(userToken, actor)).toMatchObject({ status: 400, body: { error: 'invalid_request' } })
  })

  it('is refused every audience where the realm makes tokens for no application (R2.24)', async () => {
    const am = tenant.am.replace(tenant.realm, tenant.bravo)
    const { body: there } = await send(`${am}/aiagent/register`, { json: chatbot })
    const form = { grant_type: 'client_credentials', scope: 'data-read', ...credentialsOf(there) }
    const { body: own } = await send(`${am}/access_token`, { form })
    const exchanged = { grant_type: tokenExchange, subject_token: String(own['access_token']), subject_token_type: accessToken }
    const request = { ...exchanged, audience: String(there['client_id']), ...credentialsOf(there) }
    expect(await send(`${am}/access_token`, { form: request })).toMatchObject({ status: 400, body: { error: 'invalid_target' } })
  })

  it('does not act any more once the privilege is gone (R2.22)', async () => {
    expect((await manage('DELETE', 'aiagentprivilege', privilege)).status).toBe(200)
    expect(await exchange(userToken)).toMatchObject({ status: 400, body: { error: 'invalid_target' } })
    expect((await manage('GET', 'aiagentprivilege', privilege)).status).toBe(404)
  })

  describe('in the administration', () => {
    it('is made by the first PUT, with a secret, changed by the next, and removed with its client', async () => {
      const path = '/agents/AIAgent/concierge'
      expect((await tenant.configure('GET', path)).status).toBe(404)
      const config = {
        coreOAuth2ClientConfig: {
          scopes: { inherited: false, value: ['data-read'] },
          clientName: ['Concierge'],
          agentgroup: 'x',
        },
        advancedOAuth2ClientConfig: { grantTypes: ['client_credentials'], responseTypes: { value: [] } },
        aiAgentIdentityAttributes: { description: 'Books rooms', customAttributes: { team: 'blue' } },
      }
      const made = await tenant.configure('PUT', path, config)
      expect(made).toMatchObject({
        status: 201,
        body: {
          coreOAuth2ClientConfig: { userpassword: { value: expect.any(String) }, scopes: { value: ['data-read'] } },
          aiAgentIdentityAttributes: { name: 'Concierge', description: 'Books rooms', customAttributes: { team: 'blue' } },
          _ignored: ['/coreOAuth2ClientConfig/agentgroup'],
        },
      })
      const changed = await tenant.configure('PUT', path, { coreOAuth2ClientConfig: { status: 'Inactive', clientName: 'Two' } })
      expect(changed).toMatchObject({
        status: 200,
        body: {
          coreOAuth2ClientConfig: { status: { value: 'Inactive' }, clientName: { value: 'Two' } },
          aiAgentIdentityAttributes: { name: 'Concierge', description: 'Books rooms' },
        },
      })
      const bad = await tenant.configure('PUT', path, { coreOAuth2ClientConfig: { scopes: 'data-read', userpassword: 'x' } })
      expect(bad).toMatchObject({ status: 400, body: { errors: [{ pointer: '/coreOAuth2ClientConfig/scopes' }, {}] } })
      expect((await tenant.configure('DELETE', path)).status).toBe(200)
      expect((await tenant.configure('GET', path)).status).toBe(404)
    })

    it('is described by PATCH, and refuses fields and references that mean nothing', async () => {
      const patch = (field: string, value: unknown) => manage('PATCH', 'aiagent', uid, [{ operation: 'replace', field, value }])
      expect((await patch('/description', 'Answers shoppers')).body).toMatchObject({ description: 'Answers shoppers' })
      expect((await patch('/owners', [ref('user', 'bjensen')])).body).toMatchObject({ owners: [{ _ref: expect.any(String) }] })
      expect((await patch('/owners', [ref('user', 'nobody')])).status).toBe(422)
      expect((await patch('/oauth2ClientId', 'other')).status).toBe(400)
      expect((await manage('PUT', 'aiagent', uid, {})).status).toBe(405)
      const another = { permissions: [{ type: 'roles', values: [] }], agent: ref('aiagent', uid) }
      expect((await manage('PUT', 'aiagentprivilege', randomUUID(), another)).status).toBe(400)
      expect((await manage('PUT', 'aiagentprivilege', randomUUID(), { permissions })).status).toBe(400)
      expect((await manage('GET', 'aiagentprivilege', randomUUID())).status).toBe(404)
      expect((await manage('GET', 'aiagent', randomUUID())).status).toBe(404)
    })
  })
})
