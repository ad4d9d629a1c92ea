import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decode, requestToken } from '../support/flows.ts'
import { type RegisteredClient, redirectUri, register, registered, update } from '../support/registration-client.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
  for (const property of properties) {
    expect((await administrator('POST', 'extended-properties', property)).status).toBe(201)
  }
})
afterAll(() => server.stop())

const properties = [
  { name: 'department', tokenClaim: 'dept' },
  { name: 'sites', multiValued: true, tokenClaim: 'https://claims.example/sites', charactersMax: 64 },
  { name: 'tier', values: ['gold', 'silver'], tokenClaim: 'tier' },
  { name: 'seats', format: 'integer' },
]
const base = { redirect_uris: [redirectUri], grant_types: ['authorization_code', 'client_credentials'] }

async function administrator(method: string, path: string, body?: object) {
  const answer = await server.admin(method, `/realms/default/${path}`, body)
  const text = await answer.text()
  return { status: answer.status, text, body: text.startsWith('{') ? JSON.parse(text) : {} }
}

const found = async (filter: string): Promise<readonly string[]> => {
  const { body } = await administrator('GET', `clients?limit=200&property=${encodeURIComponent(filter)}`)
  return (body.items ?? []).map(({ client_id }: { client_id: string }) => client_id)
}

describe('an extended property cannot be called', () => {
  it.each([
    ...['client_id', 'client_secret', 'registration_access_token', 'registration_client_uri', 'client_id_issued_at'],
    ...['redirect_uris', 'scope', 'jwks', 'software_statement', 'client_name#de', 'department'],
    ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', '', '1st', 'two words', 'x'.repeat(200), 'a\u0000b'],
  ])('%j', async (name) => {
    const before = await administrator('GET', 'extended-properties')
    const { status } = await administrator('POST', 'extended-properties', { name })
    expect([400, 409, 422]).toContain(status)
    expect((await administrator('GET', 'extended-properties')).text).toBe(before.text)
  })

  it.each(['sub', 'scope', 'client_id', 'cnf', 'aud', 'act', '__proto__', 'constructor', 'dept', 'a b', ''])(
    'as the claim %j of a token',
    async (tokenClaim) => {
      const { status } = await administrator('POST', 'extended-properties', { name: 'claimed', tokenClaim })
      expect([400, 422]).toContain(status)
    },
  )
})

describe('a value of an extended property is refused', () => {
  it.each([
    ['a number', { department: 7 }],
    ['an object', { department: { toString: 'x' } }],
    ['a list where there is one value', { department: ['a', 'b'] }],
    ['a text where there are several', { sites: 'a' }],
    ['a list of lists', { sites: [['a']] }],
    ['a list with a number', { sites: ['a', 7] }],
    ['a list with nothing in it', { sites: ['a', ''] }],
    ['a list with null', { sites: ['a', null] }],
    ['a value that is too long', { sites: ['x'.repeat(65)] }],
    ['more values than there may be', { sites: Array.from({ length: 1_000 }, (_, index) => `site-${index}`) }],
    ['a control character', { department: 'a\u0000b' }],
    ['half of a surrogate pair', '{"redirect_uris":["https://app.example/cb"],"department":"\\ud800"}'],
    ['a value that is not on the list', { tier: 'platinum' }],
    ['the name of a method', { tier: 'constructor' }],
    ['a number in other words', { seats: '1e3' }],
    ['the same member twice', '{"redirect_uris":["https://app.example/cb"],"department":"a","department":"b"}'],
  ])('when it is %s', async (_what, members) => {
    const before = await administrator('GET', 'clients?limit=200')
    const body = typeof members === 'string' ? members : { ...base, ...members }
    expect(await register(server, body)).toMatchObject({ status: 400, body: { error: 'invalid_client_metadata' } })
    expect((await administrator('GET', 'clients?limit=200')).text).toBe(before.text)
  })
})

describe('an extended property', () => {
  const hostile = `'; drop table clients; -- " %_\\ \${jndi} {{x}} <script>`
  let client: RegisteredClient
  beforeAll(async () => {
    const sites = [hostile, ...Array.from({ length: 49 }, (_, index) => `site-${index}`)]
    client = await registered(server, { ...base, department: hostile, sites, tier: 'gold', undefined_property: 'x' })
  })

  it('comes back as it was given, 50 values too, and what the operator has not invented does not', () => {
    expect(client).toMatchObject({ department: hostile, tier: 'gold' })
    expect(client['sites']).toHaveLength(50)
    expect(client).not.toHaveProperty('undefined_property')
  })

  it('has no language variants and no other spelling', async () => {
    const other = await registered(server, { ...base, 'department#de': 'Abteilung', Department: 'x', 'sites[]': ['y'] })
    for (const name of ['department', 'department#de', 'Department', 'sites', 'sites[]']) {
      expect(other).not.toHaveProperty([name])
    }
  })

  it('is found by exactly its value, whatever the value is made of', async () => {
    await registered(server, { ...base, department: 'plain' })
    expect(await found(`department=${hostile}`)).toEqual([client.client_id])
    expect(await found(`sites=${hostile}`)).toEqual([client.client_id])
    expect(await found('sites=site-48')).toEqual([client.client_id])
    for (const filter of ['department=%', 'department=_lain', "department=' or 1=1 --", 'department=plai', 'sites=department']) {
      expect([filter, await found(filter)]).toEqual([filter, []])
    }
    expect(await found(`tier=gold department=${hostile}`)).toEqual([])
    for (const filter of ['department', '=', 'a\u0000=b']) {
      const { status } = await administrator('GET', `clients?property=${encodeURIComponent(filter)}`)
      expect([filter, status < 500]).toEqual([filter, true])
    }
  })

  it('is told in tokens as text under its claim, and touches no other claim', async () => {
    const resource = 'https://api.example/'
    const { status, body } = await requestToken(server, client, { grant_type: 'client_credentials', resource })
    expect(status).toBe(200)
    const { claims } = decode(body.access_token)
    expect(claims).toMatchObject({ dept: hostile, tier: 'gold', client_id: client.client_id, aud: resource })
    expect(claims['https://claims.example/sites']).toHaveLength(50)
    expect(claims['sub']).toBe(client.client_id)
    expect(Object.keys(claims)).not.toContain('department')
  })

  it('is not found any more under a value that it had', async () => {
    const changed = { client_id: client.client_id, ...base, department: 'moved' }
    expect((await update(client, changed)).status).toBe(200)
    expect(await found(`department=${hostile}`)).toEqual([])
    expect(await found('sites=site-1')).toEqual([])
    expect(await found('department=moved')).toEqual([client.client_id])
  })
})

describe('a required extended property', () => {
  it('is required of everybody, on every way in', async () => {
    const client = await registered(server, { ...base, department: 'a' })
    await administrator('POST', 'extended-properties', { name: 'owner', required: true })
    expect(await register(server, base)).toMatchObject({ status: 400 })
    expect(await register(server, { ...base, owner: '' })).toMatchObject({ status: 400 })
    expect(await register(server, { ...base, owner: null })).toMatchObject({ status: 400 })
    expect((await update(client, { client_id: client.client_id, ...base })).status).toBe(400)
    expect((await administrator('POST', 'clients', base)).status).toBe(422)
    expect((await administrator('PATCH', `clients/${client.client_id}`, { client_name: 'x' })).status).toBe(422)
    expect(await register(server, { ...base, owner: 'me' })).toMatchObject({ status: 201, body: { owner: 'me' } })
    expect((await administrator('DELETE', 'extended-properties/owner')).status).toBe(204)
  })
})
