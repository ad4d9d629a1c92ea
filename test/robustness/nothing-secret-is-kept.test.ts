import fs from 'node:fs'
import { exportJWK, generateKeyPair } from 'jose'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { JsonObject, SignedRequestSettings } from '../../src/registration/index.ts'
import { withSettings } from '../support/change-realm.ts'
import { obtainTokens, requestToken } from '../support/flows.ts'
import { bearer, read, redirectUri, register, registered, update } from '../support/registration-client.ts'
import { someoneOf } from '../support/scripted-browser.ts'
import { signJwt } from '../support/statement-issuer.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

describe('what is kept and what administrators are shown', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server.stop())

  const realm = async (method: string, path: string, body?: object) => {
    const answer = await server.admin(method, `/realms/default/${path}`, body)
    const text = await answer.text()
    expect([path, answer.ok ? 'ok' : text]).toEqual([path, 'ok'])
    return text
  }

  it('holds no secret, no token and no private key of anybody in clear (DCM-CR-11)', async () => {
    const secrets: string[] = [server.adminToken, someoneOf(server).password, 'shared-by-the-two-of-us-0123456789']
    const note = (value: unknown) => void secrets.push(String(value))
    await realm('POST', 'policies', { id: 'approval', policy: 'approval-required' })
    const shared = { secret: 'shared-by-the-two-of-us-0123456789' }
    await realm('POST', 'webhooks', { id: 'sink', url: 'https://hooks.example/', ...shared })
    const issuer = { id: 'am', issuer: 'https://am.example', keys: { kind: 'secret', ...shared }, algorithms: ['HS256'] }
    await realm('POST', 'statement-issuers', issuer)
    const initial = JSON.parse(await realm('POST', 'initial-access-tokens', { usesMax: 2 }))
    note(initial.value)

    const presented = { authorization: `Bearer ${initial.value}` }
    const metadata = { redirect_uris: [redirectUri], grant_types: ['authorization_code', 'client_credentials', 'refresh_token'] }
    const client = await registered(server, metadata, presented)
    await realm('POST', `clients/${client.client_id}/approve`, {})
    for (const member of ['client_secret', 'registration_access_token']) note(client[member])
    const tokens = await obtainTokens(server, client, { scope: 'openid offline_access' })
    for (const token of [tokens.access_token, tokens.refresh_token, tokens.id_token]) note(token)
    note((await requestToken(server, client, { grant_type: 'client_credentials' })).body.access_token)
    await read(client)
    // As many clients do: all that it was told comes back, in updates that are accepted, held and refused.
    for (const change of [{ client_name: 'Same' }, { redirect_uris: [`${redirectUri}/new`] }, { contacts: 3 }]) {
      await update(client, { ...client, ...change })
    }
    const rotated = JSON.parse(await realm('POST', `clients/${client.client_id}/rotate-secret`))
    note(rotated.client_secret)
    const { privateKey } = await generateKeyPair('ES256', { extractable: true })
    const jwk = await exportJWK(privateKey)
    note(jwk.d)
    const key = { redirect_uris: [redirectUri], token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [jwk] } }
    expect((await register(server, key)).status).toBe(400)
    await register(server, metadata, bearer(client))

    const replayed = await realm('POST', 'registrations/replay', { policies: [] })
    expect(JSON.parse(replayed).attempts.length).toBeGreaterThan(4)
    const shown = [
      ...[replayed, await realm('GET', 'clients'), await realm('GET', `clients/${client.client_id}/history`)],
      ...[await realm('GET', 'audit-events'), await realm('GET', 'webhooks'), await realm('GET', 'statement-issuers')],
      ...[await realm('GET', 'initial-access-tokens'), await realm('GET', 'webhook-deliveries')],
      await (await server.admin('GET', '/export')).text(),
    ].join('\n')
    const kept = await everythingIn(server.configuration)
    expect(kept).toContain(client.client_id)
    expect(shown).toContain(client.client_id)
    for (const [index, secret] of secrets.entries()) {
      expect([index, secret.length > 8, kept.includes(secret), shown.includes(secret)]).toEqual([index, true, false, false])
    }
  })
})

describe('what is logged of statements and signed requests', () => {
  let output: ReturnType<typeof captureOutput>
  let server: TestServer
  beforeAll(async () => {
    output = captureOutput()
    const signing = withSettings({ signedRequests })
    server = await startTestServer({
      change: (all) => ({ ...signing(all), telemetry: { logLevel: 'trace', logFormat: 'json' } }),
    })
  })
  afterAll(async () => {
    output.release()
    await server.stop()
  })

  it('is never the statement, the request, a token or a key, whether it is believed or not', async () => {
    const secret = 'shared-by-the-two-of-us-0123456789'
    const issuer = { id: 'am', issuer: 'https://am.example', keys: { kind: 'secret', secret }, algorithms: ['HS256'] }
    expect((await server.admin('POST', '/realms/default/statement-issuers', issuer)).status).toBe(201)
    const { value } = (await (await server.admin('POST', '/realms/default/initial-access-tokens', {})).json()) as {
      value: string
    }
    const presented = { authorization: `Bearer ${value}` }
    const signed = (more: JsonObject, key = secret) =>
      signJwt(
        { iss: 'https://am.example', redirect_uris: [redirectUri], ...more },
        { alg: 'HS256' },
        { privateKey: Buffer.from(key) },
      )
    const statements = [await signed({}), await signed({}, 'another-secret-of-somebody-else-entirely'), await signed({ exp: 1 })]
    const answers: number[] = []
    for (const software_statement of statements) {
      answers.push((await register(server, { software_statement }, presented)).status)
    }
    for (const request of [await signed({ software_statement: statements[0] ?? '' }), ...statements]) {
      answers.push((await register(server, request, { ...presented, 'content-type': 'application/jwt' })).status)
    }
    expect(answers.slice(0, 1)).toEqual([201])
    expect(answers.slice(1).every((status) => status === 400)).toBe(true)
    const text = output.text()
    expect(text).toMatch(/register/)
    const signatures = statements.map((statement) => statement.split('.')[2] ?? '')
    for (const kept of [...signatures, value, secret, server.adminToken]) expect(text).not.toContain(kept)
  })
})

const signedRequests: SignedRequestSettings = {
  accepted: 'also',
  algorithms: ['PS256'],
  audiences: [],
  audienceRequired: false,
  lifetimeSecondsMax: 600,
  clockSkewSeconds: 30,
  jti: 'optional',
  jtiFormat: 'any',
}

/** What the log writes to standard output, line by line. */
function captureOutput() {
  const lines: string[] = []
  const write = vi.spyOn(fs, 'writeSync').mockImplementation((_fd, data: unknown) => {
    lines.push(String(data))
    return Buffer.byteLength(String(data))
  })
  return { text: () => lines.join(''), release: () => write.mockRestore() }
}

/** Every row of every table, as text. */
async function everythingIn({ database }: TestServer['configuration']): Promise<string> {
  if (typeof database === 'string') throw new Error('the test has a database of its own')
  const client = new pg.Client(database.url)
  await client.connect()
  try {
    const tables = await client.query<{ name: string }>(
      "select quote_ident(tablename) as name from pg_tables where schemaname not in ('pg_catalog', 'information_schema')",
    )
    const texts: string[] = []
    for (const { name } of tables.rows) {
      const { rows } = await client.query<{ text: string | null }>(`select string_agg(t::text, chr(10)) as text from ${name} t`)
      texts.push(rows[0]?.text ?? '')
    }
    return texts.join('\n')
  } finally {
    await client.end()
  }
}
