import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { authorizationUrl, obtainTokens, post, redeem, requestToken } from '../support/flows.ts'
import { type RegisteredClient, read, redirectUri, registered, registeredPublic, update } from '../support/registration-client.ts'
import { createBrowser, isConsent } from '../support/scripted-browser.ts'
import { type ManagementServer, startManagementServer, strip } from './management-realms.ts'

const optional = {
  client_name: 'Harbor',
  'client_name#de': 'Hafen',
  client_uri: 'https://app.example/',
  logo_uri: 'https://app.example/logo.png',
  contacts: ['ops@app.example'],
  policy_uri: 'https://app.example/policy',
  tos_uri: 'https://app.example/tos',
  scope: 'openid mcp:tools',
  software_id: 'harbor',
  software_version: '1.2',
  default_max_age: 60,
}
const metadata = { redirect_uris: [redirectUri], ...optional }

/** Forbidden in an update (RFC 7592 §2.2). */
const issuedMembers = ['registration_access_token', 'registration_client_uri', 'client_secret_expires_at', 'client_id_issued_at']

describe('RFC 7592 §2.2, update', () => {
  let server: ManagementServer
  beforeAll(async () => {
    server = await startManagementServer({
      strict: { serverMembersInUpdate: 'refuse' },
      narrow: { allowedScopes: ['openid'], defaultScopes: ['openid'] },
    })
  })
  afterAll(() => server?.stop())

  async function expectUntouched(client: RegisteredClient, before: string) {
    const { status, text } = await read(client)
    expect([status, text]).toEqual([200, before])
  }

  it('replaces: a member that is left out is gone, from the answer and from the record (DCM-PUT-02, DCM-PUT-13)', async () => {
    const client = await registered(server, metadata)
    const { status, headers, body } = await update(client, {
      client_id: client.client_id,
      redirect_uris: ['https://app.example/new'],
    })
    expect(status).toBe(200)
    expect(headers.get('cache-control')).toBe('no-store')
    const { body: stored } = await read(client)
    for (const answer of [body, stored]) {
      expect(answer['redirect_uris']).toEqual(['https://app.example/new'])
      expect(Object.keys(answer)).not.toEqual(
        expect.arrayContaining([
          expect.stringMatching(/^(client_name|client_uri|logo_uri|contacts|policy_uri|tos_uri|software_|default_max_age)/),
        ]),
      )
    }
    expect(stored).toEqual(body)
  })

  it('answers with the full client information response (DCM-PUT-13, DCM-RSP-01)', async () => {
    const client = await registered(server, metadata)
    const { body } = await update(client, { ...strip(client), client_name: 'Haven' })
    const { client_secret: _shownOnce, ...rest } = client
    expect(body).toEqual({ ...rest, client_name: 'Haven' })
  })

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/jwt', ''])(
    'answers a body of type "%s" with 415 (DCM-PUT-01)',
    async (type) => {
      const client = await registered(server, metadata)
      const { text: before } = await read(client)
      const bytes = new TextEncoder().encode(JSON.stringify(strip(client)))
      expect((await update(client, bytes, { 'content-type': type })).status).toBe(415)
      await expectUntouched(client, before)
    },
  )

  it.each(['[]', '"x"', 'null', '7', '', '{', '{"client_name":"a","client_name":"b"}', '[{}]'])(
    'answers the body %s, which is not one object, with 400 (DCM-PUT-01, DCM-PUT-11)',
    async (text) => {
      const client = await registered(server, metadata)
      const { text: before } = await read(client)
      const answer = await update(client, text)
      expect([answer.status, answer.body['error']]).toEqual([400, 'invalid_client_metadata'])
      await expectUntouched(client, before)
    },
  )

  it('takes null and "" for a member that is left out (DCM-PUT-03)', async () => {
    const client = await registered(server, metadata)
    const { status, body } = await update(client, { ...strip(client), logo_uri: null, client_uri: '', contacts: null })
    expect(status).toBe(200)
    for (const member of ['logo_uri', 'client_uri', 'contacts']) expect(body).not.toHaveProperty(member)
    expect((await read(client)).body).toEqual(body)
  })

  it('does not keep redirect URIs that are taken away from a client that needs them (DCM-PUT-03)', async () => {
    const client = await registered(server, metadata)
    const { text: before } = await read(client)
    for (const redirect_uris of [null, [], undefined]) {
      const { status, body } = await update(client, { ...strip(client), redirect_uris })
      expect([status, body['error']]).toEqual([400, 'invalid_redirect_uri'])
    }
    await expectUntouched(client, before)
  })

  it('gives a member that has a default its default when it is left out (DCM-PUT-04, DCM-PUT-10)', async () => {
    const client = await registered(server, {
      ...metadata,
      grant_types: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_method: 'client_secret_post',
      id_token_signed_response_alg: 'ES256',
      require_pushed_authorization_requests: true,
    })
    const fresh = await registered(server, { redirect_uris: [redirectUri] })
    const { body } = await update(client, { client_id: client.client_id, redirect_uris: [redirectUri] })
    const defaulted = ['grant_types', 'response_types', 'token_endpoint_auth_method', 'application_type', 'scope']
    for (const member of [...defaulted, 'id_token_signed_response_alg', 'require_pushed_authorization_requests']) {
      expect([member, body[member]]).toEqual([member, fresh[member]])
    }
  })

  it('keeps the type of subject, since with another one all users would be new to the client (DCM-PUT-16)', async () => {
    const client = await registered(server, { ...metadata, subject_type: 'pairwise' })
    for (const subject_type of ['public', undefined]) {
      const { status, body } = await update(client, { ...strip(client), subject_type })
      expect([status, body['error']]).toEqual([400, 'invalid_client_metadata'])
      expect(body['error_description']).toContain('subject_type')
    }
    expect((await update(client, strip(client))).status).toBe(200)
  })

  it('leaves out what it does not serve, and shows what is in force (DCM-PUT-10, DCM-RSP-03)', async () => {
    const client = await registered(server, metadata)
    const scope = `${client['scope']} unheard-of`
    const { status, body } = await update(client, { ...strip(client), scope })
    expect([status, body['scope']]).toEqual([200, client['scope']])
    expect((await read(client)).body).toEqual(body)
  })

  it('does not make a client public that misspells its method (DCM-PUT-11)', async () => {
    const client = await registered(server, metadata)
    const { status, body } = await update(client, { ...strip(client), token_endpoint_auth_method: 'password' })
    expect([status, body['error']]).toEqual([400, 'invalid_client_metadata'])
  })

  it('needs the client_id, and the right one (DCM-PUT-05)', async () => {
    const client = await registered(server, metadata)
    const other = await registered(server, metadata)
    const { text: before } = await read(client)
    for (const client_id of [undefined, null, '', other.client_id, 7, client.client_id.toUpperCase()]) {
      const { status, body } = await update(client, { ...strip(client), client_id })
      expect([status, body['error']]).toEqual([400, 'invalid_client_metadata'])
      expect(body['error_description']).toContain('client_id')
    }
    await expectUntouched(client, before)
  })

  it.each(issuedMembers)('refuses %s where the realm is strict, and says which member it was (DCM-PUT-06)', async (member) => {
    const client = await registered(server.realm('strict'), metadata)
    const { text: before } = await read(client)
    const { status, body } = await update(client, { ...strip(client), [member]: client[member] })
    expect([status, body['error']]).toEqual([400, 'invalid_client_metadata'])
    expect(body['error_description']).toContain(member)
    await expectUntouched(client, before)
  })

  it('ignores the members that it issues where the realm is lenient, whatever they say (DCM-PUT-06)', async () => {
    const client = await registered(server, metadata)
    const told = {
      registration_access_token: 'rat_mine',
      registration_client_uri: 'https://evil.example/',
      client_secret_expires_at: 1,
      client_id_issued_at: 1,
    }
    const { status, body } = await update(client, { ...strip(client), ...told })
    const { client_secret: _shownOnce, ...rest } = client
    expect([status, body]).toEqual([200, rest])
    expect((await read({ ...client, registration_access_token: 'rat_mine' })).status).toBe(401)
  })

  it('accepts the current secret, and refuses any other without taking it (DCM-PUT-07, DCM-PUT-08)', async () => {
    const client = await registered(server, { ...metadata, grant_types: ['client_credentials'], redirect_uris: [] })
    for (const client_secret of ['chosen-by-the-client-itself-and-long-enough-0', `${client.client_secret}x`, '', 7]) {
      const { status, body } = await update(client, { ...strip(client), client_secret })
      expect([client_secret, status, body['error']]).toEqual([client_secret, 400, 'invalid_client_metadata'])
      const tried = await requestToken(server, { ...client, client_secret }, { grant_type: 'client_credentials' })
      expect(tried.status).toBeOneOf([400, 401])
    }
    expect((await update(client, { ...strip(client), client_secret: client.client_secret })).status).toBe(200)
    expect((await requestToken(server, client, { grant_type: 'client_credentials' })).status).toBe(200)
  })

  it('does not let a public client choose a secret (DCM-PUT-08)', async () => {
    const client = await registeredPublic(server)
    const { status } = await update(client, {
      ...strip(client),
      token_endpoint_auth_method: 'client_secret_basic',
      client_secret: 'mine',
    })
    expect(status).toBe(400)
  })

  const invalid: readonly (readonly [string, object])[] = [
    ['invalid_redirect_uri', { redirect_uris: ['https://app.example/cb#fragment'] }],
    ['invalid_redirect_uri', { redirect_uris: ['javascript:alert(1)'] }],
    ['invalid_redirect_uri', { redirect_uris: ['https://user@app.example/cb'] }],
    ['invalid_redirect_uri', { redirect_uris: ['http://app.example/cb'] }],
    ['invalid_redirect_uri', { redirect_uris: 'https://app.example/cb' }],
    ['invalid_client_metadata', { jwks: { keys: [] }, jwks_uri: 'https://app.example/jwks' }],
    ['invalid_client_metadata', { token_endpoint_auth_method: 'private_key_jwt' }],
    ['invalid_client_metadata', { logo_uri: 'javascript:alert(1)' }],
    ['invalid_client_metadata', { contacts: 'ops@app.example' }],
    ['invalid_client_metadata', { default_max_age: -1 }],
    ['invalid_client_metadata', { client_name: 7 }],
    ['invalid_software_statement', { software_statement: 'eyJhbGciOiJub25lIn0.e30.' }],
  ]
  it.each(invalid)(
    'answers %s to %j as registration does, and changes nothing (DCM-PUT-11, DCM-PUT-12, DCM-ERR-08)',
    async (error, members) => {
      const client = await registered(server, metadata)
      const { text: before } = await read(client)
      const answer = await update(client, { ...strip(client), ...members })
      expect([answer.status, answer.body['error']]).toEqual([400, error])
      await expectUntouched(client, before)
    },
  )

  it('keeps nothing of a member that it does not know (DCM-PUT-14)', async () => {
    const client = await registered(server, metadata)
    const { status, body } = await update(client, { ...strip(client), x_unheard_of: 'y', __proto__x: { client_id: 'z' } })
    const { client_secret: _shownOnce, ...rest } = client
    expect([status, body]).toEqual([200, rest])
  })

  it('gives a client no scope by update that it could not have registered (DCM-SEC-05)', async () => {
    const client = await registered(server.realm('narrow'), { redirect_uris: [redirectUri] })
    const answer = await update(client, { ...strip(client), scope: 'openid mcp:tools' })
    const { body } = await read(client)
    expect(`${body['scope']}`.split(' ')).not.toContain('mcp:tools')
    expect([200, 400]).toContain(answer.status)
  })

  it('does not let an update change what an initial access token locked (DCM-SEC-05)', async () => {
    const issued = await server.admin('POST', '/realms/default/initial-access-tokens', {
      locked: { software_id: 'harbor', scope: 'openid' },
    })
    const { value } = (await issued.json()) as { readonly value: string }
    const client = await registered(server, { redirect_uris: [redirectUri] }, { authorization: `Bearer ${value}` })
    expect(client).toMatchObject({ software_id: 'harbor', scope: 'openid' })
    for (const members of [{ software_id: 'other' }, { scope: 'openid mcp:tools' }]) {
      expect((await update(client, { ...strip(client), ...members })).status).toBe(400)
    }
    const { status, body } = await update(client, { client_id: client.client_id, redirect_uris: [redirectUri] })
    expect([status, body['software_id'], body['scope']]).toEqual([200, 'harbor', 'openid'])
  })

  it('leaves tokens alone that an update has nothing against (DCM-PUT-16)', async () => {
    const client = await registeredPublic(server, { scope: 'openid offline_access' })
    const tokens = await obtainTokens(server, client, { scope: 'openid offline_access', prompt: 'consent' })
    await update(client, { ...strip(client), client_name: 'Renamed' })
    const userinfo = await fetch(`${server.url}/userinfo`, { headers: { authorization: `Bearer ${tokens.access_token}` } })
    expect(userinfo.status).toBe(200)
    const { refresh_token } = tokens
    expect((await requestToken(server, client, { grant_type: 'refresh_token', refresh_token })).status).toBe(200)
  })

  it('stops refreshing once the client gave the grant back (DCM-PUT-16)', async () => {
    const client = await registeredPublic(server, { scope: 'openid offline_access' })
    const { refresh_token } = await obtainTokens(server, client, { scope: 'openid offline_access', prompt: 'consent' })
    const { status } = await update(client, { ...strip(client), grant_types: ['authorization_code'] })
    const { body } = await requestToken(server, client, { grant_type: 'refresh_token', refresh_token })
    expect([status, body.error]).toEqual([200, 'unauthorized_client'])
  })

  // The engine refreshes with the scopes of the refresh token and does not look at the client's again: a scope that was given
  // back by an update is still granted, until the person consents anew.
  it('grants no scope on refresh that the client gave back (DCM-PUT-16)', async () => {
    const client = await registeredPublic(server, { scope: 'openid offline_access mcp:tools' })
    const scope = 'openid offline_access mcp:tools'
    const { refresh_token } = await obtainTokens(server, client, { scope, prompt: 'consent' })
    await update(client, { ...strip(client), scope: 'openid offline_access' })
    const { body } = await requestToken(server, client, { grant_type: 'refresh_token', refresh_token })
    const introspected = await post(server, '/introspect', { token: body.access_token ?? '', client_id: client.client_id })
    const granted = `${body['scope'] ?? ''} ${introspected.body['scope'] ?? ''}`.split(' ')
    expect(granted).not.toContain('mcp:tools')
  })

  it('grants no scope at the authorization endpoint that the client gave back, remembered consent or not (DCM-PUT-16)', async () => {
    const scope = 'openid mcp:tools'
    const client = await registeredPublic(server, { scope })
    const browser = createBrowser(server)
    await browser.authorize(authorizationUrl(server, client, { scope }))
    await update(client, { ...strip(client), scope: 'openid' })
    const back = await browser.authorize(authorizationUrl(server, client, { scope }))
    if (back.searchParams.has('error')) return expect(back.searchParams.get('error')).toBe('invalid_scope')
    const { body } = await redeem(server, client, back, redirectUri)
    expect(`${body['scope']}`.split(' ')).not.toContain('mcp:tools')
  })

  it('follows no redirect that the client took back, from the next request on (DCM-PUT-16)', async () => {
    const client = await registeredPublic(server)
    await update(client, { ...strip(client), redirect_uris: ['https://app.example/new'] })
    const page = await createBrowser(server).visit(authorizationUrl(server, client))
    expect([page.status, page.location]).toEqual([400, undefined])
  })

  it.each([
    { client_name: 'Your Bank' },
    { redirect_uris: [redirectUri, 'https://elsewhere.example/cb'] },
    { client_uri: 'https://bank.example/' },
  ])('asks for consent again once the client shows itself as %j (DCM-PUT-17)', async (members) => {
    const client = await registeredPublic(server, { client_name: 'Harbor' })
    const browser = createBrowser(server)
    const url = authorizationUrl(server, client)
    await browser.authorize(url)
    expect((await browser.visit(url)).location?.searchParams.has('code')).toBe(true)
    await update(client, { ...strip(client), ...members })
    expect(isConsent(await browser.visit(url))).toBe(true)
  })

  it('serialises concurrent updates: none is lost, none is half, and the trail has them all (DCM-PUT-18, DCM-SEC-03)', async () => {
    const client = await registered(server, metadata)
    const names = Array.from({ length: 4 }, (_, index) => `Name ${index}`)
    const answers = await Promise.all(
      names.map((client_name) => update(client, { ...strip(client), client_name, software_version: client_name })),
    )
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200])
    const { body } = await read(client)
    expect(names).toContain(body['client_name'])
    expect(body['software_version']).toBe(body['client_name'])
    const trail = await server.admin('GET', `/realms/default/audit-events?client_id=${client.client_id}&limit=50`)
    const { items } = (await trail.json()) as { readonly items: readonly { readonly type: string; readonly details: object }[] }
    const updates = items.filter(({ type }) => type === 'client.updated')
    expect(updates).toHaveLength(4)
    expect(JSON.stringify(updates)).toContain('Name 3')
  })

  it('answers whoever it cannot serve in a rush with 503 and Retry-After, and nobody with 500 (DCM-PUT-18)', async () => {
    const client = await registered(server, metadata)
    const answers = await Promise.all(
      Array.from({ length: 24 }, (_, index) => update(client, { ...strip(client), client_name: `Name ${index}` })),
    )
    for (const { status } of answers) expect(status).toBeOneOf([200, 503])
    for (const { headers } of answers.filter(({ status }) => status === 503)) expect(headers.has('retry-after')).toBe(true)
    const { revision } = (await (await server.admin('GET', `/realms/default/clients/${client.client_id}`)).json()) as {
      revision: number
    }
    expect(revision).toBe(1 + answers.filter(({ status }) => status === 200).length)
  })
})
