import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RegisteredClient, redirectUri, register, registered, update } from '../support/registration-client.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.stop())

const evil = 'https://evil.example/cb'
const base = { redirect_uris: [redirectUri], client_name: 'App' }
const chain = [
  { id: 'hosts', policy: 'redirect-hosts', options: { hosts: ['app.example'] } },
  { id: 'grants', policy: 'grant-types', options: { allowed: ['authorization_code'] } },
  { id: 'name', policy: 'reserved-names', options: { names: ['Acme Bank'] } },
]
const refused: readonly (readonly [string, object])[] = [
  ['a redirect URI elsewhere', { ...base, redirect_uris: [evil] }],
  ['a redirect URI elsewhere among others', { ...base, redirect_uris: [redirectUri, evil] }],
  ['a reserved name', { ...base, client_name: 'Acme Bank' }],
  ['a reserved name in look-alike letters', { ...base, client_name: 'Αcme Ваnk' }],
  ['a reserved name in another language', { ...base, 'client_name#de': 'Acme Bank' }],
]

async function administrator(method: string, path: string, body?: object) {
  const answer = await server.admin(method, `/realms/default/${path}`, body)
  const text = await answer.text()
  return { status: answer.status, text, body: text.startsWith('{') ? JSON.parse(text) : {} }
}

async function importLine(definition: object): Promise<string> {
  const answer = await fetch(`${server.adminUrl}/admin/v1/import`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.adminToken}`, 'content-type': 'application/x-ndjson' },
    body: JSON.stringify({ kind: 'client', realm: 'default', definition }),
  })
  return answer.text()
}

async function clients(): Promise<string> {
  return (await administrator('GET', 'clients?limit=200')).text
}

describe('what policies about metadata refuse', () => {
  let own: RegisteredClient
  let administered: string
  beforeAll(async () => {
    for (const policy of chain) expect((await administrator('POST', 'policies', policy)).status).toBe(201)
    own = await registered(server, base)
    administered = (await administrator('POST', 'clients', base)).body.client_id
  })
  afterAll(async () => {
    for (const { id } of chain) await administrator('DELETE', `policies/${id}`)
  })

  it.each(refused)('is made neither by software nor by an administrator: %s', async (_what, metadata) => {
    const before = await clients()
    expect((await register(server, metadata)).status).toBe(400)
    expect((await update(own, { client_id: own.client_id, ...metadata })).status).toBe(400)
    expect((await administrator('POST', 'clients', metadata)).status).toBe(422)
    for (const id of [own.client_id, administered]) {
      for (const method of ['PUT', 'PATCH']) {
        expect((await administrator(method, `clients/${id}`, metadata)).status).toBe(422)
      }
    }
    for (const channel of ['administrator', 'open', 'software-statement', 'metadata-document']) {
      const line = await importLine({ client_id: `imported-${channel}`, channel, metadata })
      expect([channel, line]).toEqual([channel, expect.stringContaining('"outcome":"refused"')])
    }
    expect(await clients()).toBe(before)
  })

  it('is narrowed in every channel as well: no grant type comes back', async () => {
    const grant_types = ['authorization_code', 'client_credentials']
    const wide = { ...base, grant_types }
    const made = await administrator('POST', 'clients', wide)
    const edited = await administrator('PATCH', `clients/${administered}`, { grant_types })
    const told = await update(own, { client_id: own.client_id, ...wide })
    await importLine({ client_id: 'imported-wide', channel: 'open', metadata: wide })
    const stored = (await clients()).match(/client_credentials/g) ?? []
    expect([made.status, edited.status, told.status].every((status) => [200, 201, 400, 422].includes(status))).toBe(true)
    expect(stored).toEqual([])
  })
})

describe('a policy that comes with an initial access token', () => {
  const bound = { id: 'bound', policy: 'redirect-hosts', options: { hosts: ['app.example'] }, onlyBound: true }

  it('stays with its client: no update, edit, revocation or token of another kind sheds it', async () => {
    expect((await administrator('POST', 'policies', bound)).status).toBe(201)
    const token = (await administrator('POST', 'initial-access-tokens', { usesMax: 2, policies: ['bound'] })).body
    const presented = { authorization: `Bearer ${token.value}` }
    expect((await register(server, { ...base, redirect_uris: [evil] }, presented)).status).toBe(400)
    expect((await register(server, { ...base, redirect_uris: [evil], boundPolicies: [] }, presented)).status).toBe(400)
    const client = await registered(server, base, presented)
    await administrator('DELETE', `initial-access-tokens/${token.id}`)
    const wanted = { client_id: client.client_id, ...base, redirect_uris: [evil] }
    for (const more of [{}, { boundPolicies: [] }, { initial_access_token: null }, { channel: 'open' }]) {
      expect(await update(client, { ...wanted, ...more })).toMatchObject({
        ...{ status: 400, body: { error: 'invalid_redirect_uri' } },
      })
    }
    expect((await administrator('PATCH', `clients/${client.client_id}`, { redirect_uris: [evil] })).status).toBe(422)
    for (const action of ['suspend', 'resume', 'rotate-secret']) {
      expect((await administrator('POST', `clients/${client.client_id}/${action}`)).status).toBe(200)
    }
    expect((await update(client, wanted)).status).toBe(400)
  })

  it('goes along with an exported client, and so does what its token fixed', async () => {
    const definition = { client_id: 'from-elsewhere', channel: 'initial-access-token', metadata: base }
    const limits = { boundPolicies: ['bound'], lockedMembers: ['client_name'] }
    expect(await importLine({ ...definition, ...limits, metadata: { ...base, redirect_uris: [evil] } })).toContain('refused')
    expect(await importLine({ ...definition, ...limits })).toContain('imported')
    const path = 'clients/from-elsewhere'
    const token = (await administrator('POST', `${path}/rotate-registration-access-token`)).body.registration_access_token
    const own = { registration_access_token: token, registration_client_uri: `${server.url}/register/from-elsewhere` }
    for (const change of [{ redirect_uris: [evil] }, { client_name: 'Bank' }, { 'client_name#de': 'Bank' }]) {
      expect((await update(own, { client_id: 'from-elsewhere', ...base, ...change })).status).toBe(400)
    }
    expect((await update(own, { client_id: 'from-elsewhere', ...base, contacts: ['a@app.example'] })).status).toBe(200)
  })
})
