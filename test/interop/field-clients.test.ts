import { readdirSync, readFileSync } from 'node:fs'
import { OAuthClientInformationFullSchema } from '@modelcontextprotocol/sdk/shared/auth.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { authorizationUrl, redeem } from '../support/flows.ts'
import { type RegisteredClient, read, register } from '../support/registration-client.ts'
import { createBrowser, type ScriptedBrowser } from '../support/scripted-browser.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

interface Fixture {
  readonly name: string
  readonly body: Readonly<Record<string, unknown>>
  readonly expect: {
    readonly outcome: 'accepted' | 'refused'
    readonly error?: string
    /** The member that the description has to name. */
    readonly reason?: string
    readonly metadata?: Readonly<Record<string, unknown>>
  }
}

const folder = new URL('../fixtures/registrations/', import.meta.url)
const fixtures = readdirSync(folder).map((file): Fixture => JSON.parse(readFileSync(new URL(file, folder), 'utf8')))
const accepted = fixtures.filter((fixture) => fixture.expect.outcome === 'accepted')
const refused = fixtures.filter((fixture) => fixture.expect.outcome === 'refused')

describe('what deployed clients send to the quickstart', () => {
  let server: TestServer
  let browser: ScriptedBrowser
  beforeAll(async () => {
    server = await startTestServer()
    browser = createBrowser(server)
  })
  afterAll(() => server?.stop())

  it.each(accepted)(
    'is accepted from $name, redirect URIs unchanged to the byte (DCR-RU-07)',
    async ({ body, expect: expected }) => {
      const answer = await register(server, body)
      expect([answer.status, answer.body['error_description']]).toEqual([201, undefined])
      expect(answer.body).toMatchObject(expected.metadata ?? {})
      expect(JSON.stringify(answer.body['redirect_uris'])).toBe(JSON.stringify(body['redirect_uris']))
      expect(Object.values(answer.body).filter((value) => value === null || value === '')).toEqual([])
      expect((await read(answer.body as unknown as RegisteredClient)).status).toBe(200)
    },
  )

  it.each(accepted)('is answered to $name as the schema of the MCP SDK has it', async ({ name, body }) => {
    const { body: information } = await register(server, body)
    const { success, error } = OAuthClientInformationFullSchema.safeParse(information)
    // The schema is for clients that redirect; a machine has nothing to redirect to.
    if (information['redirect_uris'] === undefined) expect([name, success]).toEqual(['machine-client', false])
    else expect([success, error]).toEqual([true, undefined])
  })

  it.each(refused)(
    'is refused from $name with the reason that it expects, in words of ASCII (DCR-ERR-02)',
    async ({ body, expect: expected }) => {
      const { status, body: refusal } = await register(server, body)
      expect(status).toBe(400)
      expect(refusal['error']).toMatch(
        /^(invalid_redirect_uri|invalid_client_metadata|invalid_software_statement|unapproved_software_statement)$/,
      )
      expect(refusal['error_description']).toMatch(/^[ !#-[\]-~]+$/)
      if (expected.error !== undefined) expect(refusal['error']).toBe(expected.error)
      if (expected.reason !== undefined) expect(refusal['error_description']).toContain(expected.reason)
    },
  )

  const redirecting = accepted.flatMap(({ name, body }) =>
    ((body['redirect_uris'] ?? []) as readonly string[]).map((uri) => ({ name, uri, body })),
  )
  const isPublic = ({ body }: Pick<Fixture, 'body'>) => body['token_endpoint_auth_method'] === 'none'

  it.each(redirecting.filter(isPublic))('completes a code flow with PKCE by $name over $uri', async ({ body, uri }) => {
    const client = (await register(server, body)).body as unknown as RegisteredClient
    await completeFlow(client, uri)
  })

  // Keys and assertions have tests of their own: the private keys of the fixtures are nowhere.
  const hasPlainSecret = ({ body }: Pick<Fixture, 'body'>) =>
    [undefined, 'client_secret_basic', 'client_secret_post'].includes(body['token_endpoint_auth_method'] as string | undefined)

  it.each(redirecting.filter(hasPlainSecret))(
    'completes a code flow with the secret of $name over $uri',
    async ({ body, uri }) => {
      const client = (await register(server, body)).body as unknown as RegisteredClient
      expect(client.client_secret).toEqual(expect.any(String))
      await completeFlow(client, uri)
    },
  )

  const loopback = redirecting.filter(
    (client) => isPublic(client) && /^http:\/\/(127\.0\.0\.1|\[::1\]|localhost)[:/]/.test(client.uri),
  )

  it.each(loopback)('lets $name come back to another port than that of $uri (RFC 8252 §7.3)', async ({ body, uri }) => {
    const client = (await register(server, body)).body as unknown as RegisteredClient
    await completeFlow(client, uri.replace(/^(http:\/\/[^/:]+)(:\d+)?/, '$1:49877'))
  })

  async function completeFlow(client: RegisteredClient, redirect_uri: string): Promise<void> {
    const scope = `${client['scope'] ?? 'openid'}`
    const nonce = scope.split(' ').includes('openid') ? 'a-nonce' : ''
    const back = await browser.authorize(authorizationUrl(server, client, { redirect_uri, scope, nonce }))
    expect(back.href.startsWith(new URL(redirect_uri).href)).toBe(true)
    expect(back.searchParams.get('iss')).toBe(server.url)
    const { status, body } = await redeem(server, client, back, redirect_uri)
    expect([status, body.error_description]).toEqual([200, undefined])
    expect(body.access_token).toEqual(expect.any(String))
  }
})
