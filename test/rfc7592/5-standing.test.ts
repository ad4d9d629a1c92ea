import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { authorizationUrl, codeVerifier, decode, obtainTokens, post, requestToken, type TokenBody } from '../support/flows.ts'
import {
  bearer,
  type RegisteredClient,
  read,
  redirectUri,
  register,
  registered,
  remove,
  update,
} from '../support/registration-client.ts'
import { createBrowser } from '../support/scripted-browser.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.stop())

const metadata = {
  redirect_uris: [redirectUri],
  post_logout_redirect_uris: ['https://app.example/bye'],
  grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
  token_endpoint_auth_method: 'client_secret_basic',
}
const moved = 'https://app.example/moved'

async function administrator(method: string, path: string, body?: object): Promise<Readonly<Record<string, unknown>>> {
  const answer = await server.admin(method, `/realms/default/${path}`, body)
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`)
  return text === '' ? {} : JSON.parse(text)
}

/** What a client got while it was awake, and keeps for later. */
interface Spoils {
  readonly client: RegisteredClient
  readonly tokens: TokenBody
  readonly code: string
  readonly requestUri: string
}

async function awakeClient(): Promise<Spoils> {
  const client = await registered(server, metadata)
  const tokens = await obtainTokens(server, client, { scope: 'openid offline_access' })
  const back = await createBrowser(server).authorize(authorizationUrl(server, client))
  const pushed = await push(client)
  expect(pushed.status).toBe(201)
  return { client, tokens, code: back.searchParams.get('code') ?? '', requestUri: String(pushed.body['request_uri']) }
}

function push(client: RegisteredClient) {
  const parameters = Object.fromEntries(authorizationUrl(server, client).searchParams)
  return post(server, '/par', parameters, basicOf(client))
}

const basicOf = ({ client_id, client_secret }: RegisteredClient) => ({
  authorization: `Basic ${Buffer.from(`${client_id}:${client_secret}`).toString('base64')}`,
})

/** Everything that a client could try, by what it would take to succeed. */
async function attempts({ client, tokens, code, requestUri }: Spoils): Promise<readonly (readonly [string, number])[]> {
  const redirect_uri = redirectUri
  const asked = async (what: string, path: string, parameters: Readonly<Record<string, string>>) =>
    [what, (await post(server, path, parameters, basicOf(client))).status] as const
  const visited = async (what: string, url: URL) => {
    const { status, location } = await createBrowser(server).visit(url)
    return [what, location === undefined ? status : 302] as const
  }
  const pushed = new URL(`${server.url}/authorize?client_id=${client.client_id}&request_uri=${encodeURIComponent(requestUri)}`)
  const back = { id_token_hint: tokens.id_token, post_logout_redirect_uri: 'https://app.example/bye' }
  const goodbye = new URL(`${server.url}/logout?${new URLSearchParams(back)}`)
  const carrying = { headers: { authorization: `Bearer ${tokens.access_token}` } }
  return Promise.all([
    asked('client credentials', '/token', { grant_type: 'client_credentials' }),
    asked('a code of before', '/token', { grant_type: 'authorization_code', code, redirect_uri, code_verifier: codeVerifier }),
    asked('a refresh token of before', '/token', { grant_type: 'refresh_token', refresh_token: tokens.refresh_token }),
    asked('a pushed request', '/par', Object.fromEntries(authorizationUrl(server, client).searchParams)),
    asked('introspection', '/introspect', { token: tokens.access_token }),
    asked('a device', '/device_authorization', { scope: 'openid' }),
    asked('a back-channel request', '/backchannel', { scope: 'openid', login_hint: 'ada' }),
    visited('authorization', authorizationUrl(server, client)),
    visited('authorization without a page', authorizationUrl(server, client, { prompt: 'none' })),
    visited('a request pushed before', pushed),
    visited('a way back from the end of a session', goodbye),
    fetch(`${server.url}/userinfo`, carrying).then(({ status }) => ['userinfo', status] as const),
  ])
}

/** Nobody but an error page of ours, or 400 and 401, is there. */
function expectNothing(answers: readonly (readonly [string, number])[]): void {
  for (const [what, status] of answers) expect([what, [400, 401].includes(status)]).toEqual([what, true])
}

async function isActive(token: string): Promise<boolean> {
  const other = await registered(server, { ...metadata, grant_types: ['client_credentials'], response_types: [] })
  await administrator('POST', `clients/${other.client_id}/approve`, {}).catch(() => undefined)
  return (await post(server, '/introspect', { token }, basicOf(other))).body['active'] === true
}

describe('a client that waits for approval again', () => {
  let spoils: Spoils
  beforeAll(async () => {
    spoils = await awakeClient()
    await administrator('POST', 'policies', { id: 'approval', policy: 'approval-required' })
    const change = { client_id: spoils.client.client_id, ...metadata, redirect_uris: [redirectUri, moved] }
    expect(await update(spoils.client, change)).toMatchObject({ status: 200, body: { registration_state: 'pending' } })
  })
  afterAll(() => administrator('DELETE', 'policies/approval'))

  it('can do nothing, neither anew nor with what it got before (SEC-RAT-02)', async () => {
    expectNothing(await attempts(spoils))
    expect(await isActive(spoils.tokens.access_token)).toBe(false)
    expect(decode(spoils.tokens.id_token).claims['aud']).toBe(spoils.client.client_id)
  })

  it.each([
    ['undoes its change', { redirect_uris: [redirectUri] }],
    ['says that it is active', { registration_state: 'active', state: 'active', review: { decision: 'approved' } }],
    ['says who it would rather be', { channel: 'administrator', firstParty: true, boundPolicies: [], lockedMembers: [] }],
    ['leaves everything out that was held', { grant_types: ['authorization_code'], client_name: null }],
  ])('goes on waiting when it %s', async (_what, change) => {
    const { client } = spoils
    const answers = [
      await update(client, { client_id: client.client_id, ...metadata, ...change }),
      await merge(client, change),
      await read(client),
    ]
    for (const answer of answers) expect(answer).toMatchObject({ status: 200, body: { registration_state: 'pending' } })
    expect((await requestToken(server, client, { grant_type: 'client_credentials' })).status).toBe(401)
    const stored = await administrator('GET', `clients/${client.client_id}`)
    expect(stored).toMatchObject({ state: 'pending', channel: 'open', firstParty: false })
  })

  it('is held again when it deletes itself and registers anew, and what it got before stays dead', async () => {
    const { client } = spoils
    expect((await remove(client)).status).toBe(204)
    const again = await registered(server, { ...metadata, client_id: client.client_id, client_secret: client.client_secret })
    expect(again).toMatchObject({ registration_state: 'pending' })
    expect(again.client_id).not.toBe(client.client_id)
    expect((await requestToken(server, again, { grant_type: 'client_credentials' })).status).toBe(401)
    expectNothing(await attempts(spoils))
  })

  it('has spent the initial access token that it came with, deleted or not', async () => {
    const { value } = await administrator('POST', 'initial-access-tokens', { usesMax: 1 })
    const presented = { authorization: `Bearer ${value}` }
    const held = await registered(server, metadata, presented)
    expect((await register(server, metadata, presented)).status).toBe(401)
    expect((await remove(held)).status).toBe(204)
    expect((await register(server, metadata, presented)).status).toBe(401)
  })

  it('wakes by the word of an administrator, and then alone', async () => {
    const held = await registered(server, metadata)
    for (const action of ['suspend', 'resume']) await administrator('POST', `clients/${held.client_id}/${action}`)
    expect((await requestToken(server, held, { grant_type: 'client_credentials' })).status).toBe(401)
    await administrator('POST', `clients/${held.client_id}/approve`, { note: 'welcome' })
    expect((await requestToken(server, held, { grant_type: 'client_credentials' })).status).toBe(200)
    expect((await read(held)).body).not.toHaveProperty('registration_state')
  })
})

describe.each([
  ['suspended', ({ client_id }: RegisteredClient) => administrator('POST', `clients/${client_id}/suspend`)],
  ['refused', refuseAfterChange],
] as const)('a client that is %s', (_state, stop) => {
  let spoils: Spoils
  beforeAll(async () => {
    spoils = await awakeClient()
    await stop(spoils.client)
  })

  it('can do nothing, and cannot read, change or delete itself', async () => {
    expectNothing(await attempts(spoils))
    expect(await isActive(spoils.tokens.access_token)).toBe(false)
    const { client } = spoils
    const before = JSON.stringify(await administrator('GET', `clients/${client.client_id}`))
    const change = { client_id: client.client_id, ...metadata }
    for (const answer of [await read(client), await update(client, change), await merge(client, {}), await remove(client)]) {
      expect(answer).toMatchObject({ status: 403, body: { error: 'access_denied' } })
    }
    expect(JSON.stringify(await administrator('GET', `clients/${client.client_id}`))).toBe(before)
  })
})

describe('a client whose time is over', () => {
  it('can do nothing and is not there for itself, though nobody has removed it yet', async () => {
    await administrator('POST', 'policies', { id: 'lifetime', policy: 'client-lifetime', options: { lifetimeSeconds: 60 } })
    const definition = {
      ...{ client_id: 'long-gone', channel: 'open', state: 'active', client_secret: 'a-secret-of-long-ago' },
      ...{ client_id_issued_at: Math.floor(Date.now() / 1000) - 3600, metadata },
    }
    await imported({ kind: 'client', realm: 'default', definition })
    const { registration_access_token: token } = await administrator('POST', 'clients/long-gone/rotate-registration-access-token')
    const client = {
      ...definition,
      registration_access_token: token,
      registration_client_uri: `${server.url}/register/long-gone`,
    }
    const gone = {
      ...client,
      redirect_uris: [redirectUri],
      token_endpoint_auth_method: 'client_secret_basic',
    } as RegisteredClient
    expect((await requestToken(server, gone, { grant_type: 'client_credentials' })).status).toBe(401)
    expect((await createBrowser(server).visit(authorizationUrl(server, gone))).status).toBe(400)
    for (const answer of [await read(gone), await update(gone, { client_id: 'long-gone', ...metadata }), await remove(gone)]) {
      expect(answer).toMatchObject({ status: 401, body: { error: 'invalid_token' } })
    }
    await administrator('DELETE', 'policies/lifetime')
    expect((await requestToken(server, gone, { grant_type: 'client_credentials' })).status).toBe(401)
  })
})

async function refuseAfterChange(client: RegisteredClient): Promise<void> {
  await administrator('POST', 'policies', { id: 'approval', policy: 'approval-required' })
  const change = { client_id: client.client_id, ...metadata, client_name: 'Bank' }
  expect((await update(client, change)).body).toMatchObject({ registration_state: 'pending' })
  await administrator('POST', `clients/${client.client_id}/refuse`, { note: 'no bank' })
  await administrator('DELETE', 'policies/approval')
}

async function imported(line: object): Promise<void> {
  const answer = await fetch(`${server.adminUrl}/admin/v1/import`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.adminToken}`, 'content-type': 'application/x-ndjson' },
    body: `${JSON.stringify(line)}\n`,
  })
  expect(await answer.text()).toContain('"outcome":"imported"')
}

async function merge(client: RegisteredClient, patch: object) {
  const headers = { ...bearer(client), 'content-type': 'application/merge-patch+json' }
  const answer = await fetch(client.registration_client_uri, { method: 'PATCH', headers, body: JSON.stringify(patch) })
  return { status: answer.status, body: (await answer.json()) as Readonly<Record<string, unknown>> }
}
