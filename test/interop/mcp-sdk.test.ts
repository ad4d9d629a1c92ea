import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { auth, type OAuthClientProvider, UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import type { OAuthClientInformationMixed, OAuthTokens } from '@modelcontextprotocol/sdk/shared/auth.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decode, obtainTokens, requestToken } from '../support/flows.ts'
import { registered, registeredPublic, remove } from '../support/registration-client.ts'
import { authorize } from '../support/scripted-browser.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

/** What an application stores for the SDK; the person is a scripted browser. */
function createProvider(server: TestServer, metadata: object = {}) {
  const kept: {
    client?: OAuthClientInformationMixed
    tokens?: OAuthTokens
    verifier?: string
    authorizationUrl?: URL
    back?: URL
  } = {}
  const provider: OAuthClientProvider = {
    redirectUrl: 'http://localhost:8090/callback',
    clientMetadata: {
      client_name: 'An MCP client',
      redirect_uris: ['http://localhost:8090/callback'],
      grant_types: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_method: 'none',
      ...metadata,
    },
    clientInformation: () => kept.client,
    saveClientInformation: (client) => void Object.assign(kept, { client }),
    tokens: () => kept.tokens,
    saveTokens: (tokens) => void Object.assign(kept, { tokens }),
    saveCodeVerifier: (verifier) => void Object.assign(kept, { verifier }),
    codeVerifier: () => kept.verifier ?? '',
    state: () => 'the-state',
    invalidateCredentials: (scope) => {
      if (scope === 'all') delete kept.client
      delete kept.tokens
    },
    redirectToAuthorization: async (authorizationUrl) => {
      Object.assign(kept, { authorizationUrl, back: await authorize(server, authorizationUrl) })
    },
  }
  return { provider, kept }
}

describe('the MCP TypeScript SDK', () => {
  let server: TestServer
  let example: ReturnType<typeof spawn>
  let mcpUrl: URL

  beforeAll(async () => {
    server = await startTestServer()
    example = spawn(process.execPath, ['examples/mcp-server/server.mjs'], {
      env: { ...process.env, ISSUER: server.url, PORT: '0' },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    if (example.stdout === null) throw new Error('the example has a standard output')
    const ended = once(example, 'exit').then(([code]) => Promise.reject(new Error(`the example ended with ${code}`)))
    const [line] = await Promise.race([once(example.stdout, 'data'), ended])
    ended.catch(() => undefined)
    mcpUrl = new URL(/http:\S+\/mcp/.exec(String(line))?.[0] ?? 'about:blank')
  })
  afterAll(async () => {
    if (example?.exitCode === null && example.kill()) await once(example, 'exit')
    await server?.stop()
  })

  async function connect(provider: OAuthClientProvider) {
    const client = new Client({ name: 'test', version: '1' })
    const transport = new StreamableHTTPClientTransport(mcpUrl, { authProvider: provider })
    return { client, transport, connected: client.connect(transport) }
  }

  async function callAs(provider: OAuthClientProvider) {
    const { client, connected } = await connect(provider)
    await connected
    const { content } = await client.callTool({ name: 'whoami', arguments: {} })
    await client.close()
    const [first] = content as readonly { readonly text: string }[]
    return JSON.parse(first?.text ?? '{}') as Readonly<Record<string, unknown>>
  }

  it('discovers, registers, authorizes with PKCE and resource, and calls a tool', async () => {
    const { provider, kept } = createProvider(server)
    const { transport, connected } = await connect(provider)
    await expect(connected).rejects.toThrow(UnauthorizedError)
    expect(Object.fromEntries(kept.authorizationUrl?.searchParams ?? [])).toMatchObject({
      client_id: kept.client?.client_id,
      resource: mcpUrl.href,
      code_challenge_method: 'S256',
      scope: 'mcp:tools',
    })
    expect(kept.back?.searchParams.get('iss')).toBe(server.url)
    expect(kept.back?.searchParams.get('state')).toBe('the-state')
    await transport.finishAuth(kept.back?.searchParams.get('code') ?? '')
    expect(await callAs(provider)).toEqual({
      client: kept.client?.client_id,
      subject: expect.any(String),
      scopes: ['mcp:tools'],
    })
    expect(decode(kept.tokens?.access_token ?? '').claims).toMatchObject({ iss: server.url, aud: mcpUrl.href })
  })

  it('refreshes by itself, and registers again by itself once its client is gone', async () => {
    const { provider, kept } = createProvider(server)
    expect(await auth(provider, { serverUrl: mcpUrl })).toBe('REDIRECT')
    await auth(provider, { serverUrl: mcpUrl, authorizationCode: kept.back?.searchParams.get('code') ?? '' })
    const [before, first] = [kept.tokens?.access_token, kept.client?.client_id]
    expect(await auth(provider, { serverUrl: mcpUrl })).toBe('AUTHORIZED')
    expect(kept.tokens?.access_token).not.toBe(before)
    expect(await callAs(provider)).toMatchObject({ client: first })

    // The SDK forgets the members of RFC 7592, so that an administrator has to remove the client.
    expect((await server.admin('DELETE', `/realms/default/clients/${first}`)).status).toBe(204)
    expect(await auth(provider, { serverUrl: mcpUrl })).toBe('REDIRECT')
    expect(kept.client?.client_id).not.toBe(first)
  })

  it.each(['client_secret_basic', 'client_secret_post'])('works as a confidential client with %s', async (method) => {
    const { provider, kept } = createProvider(server, { token_endpoint_auth_method: method })
    await auth(provider, { serverUrl: mcpUrl })
    await auth(provider, { serverUrl: mcpUrl, authorizationCode: kept.back?.searchParams.get('code') ?? '' })
    expect(kept.client?.client_secret).toEqual(expect.any(String))
    expect(await callAs(provider)).toMatchObject({ client: kept.client?.client_id })
  })

  describe('against the example server', () => {
    const call = (authorization?: string) =>
      fetch(mcpUrl, {
        method: 'POST',
        headers: {
          accept: 'application/json, text/event-stream',
          'content-type': 'application/json',
          ...(authorization === undefined ? {} : { authorization }),
        },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
      })

    it('is told where tokens come from when it brings none', async () => {
      const { status, headers } = await call()
      expect(status).toBe(401)
      const [, metadataUrl = ''] = /resource_metadata="([^"]+)"/.exec(headers.get('www-authenticate') ?? '') ?? []
      const metadata = await (await fetch(metadataUrl)).json()
      expect(metadata).toMatchObject({
        resource: mcpUrl.href,
        authorization_servers: [server.url],
        scopes_supported: ['mcp:tools'],
      })
    })

    it('is served with a token of a machine that was made for this server', async () => {
      const client = await registered(server, { grant_types: ['client_credentials'], scope: 'mcp:tools' })
      const grant = { grant_type: 'client_credentials', scope: 'mcp:tools', resource: mcpUrl.href }
      const { body } = await requestToken(server, client, grant)
      expect((await call(`Bearer ${body.access_token}`)).status).toBe(200)
      await remove(client)
    })

    it('is refused with a token for another resource, without the scope, or that is none', async () => {
      const client = await registeredPublic(server)
      const elsewhere = await obtainTokens(server, client, {
        scope: 'mcp:tools',
        nonce: '',
        resource: 'https://other.example/mcp',
      })
      const unscoped = await obtainTokens(server, client, { scope: 'openid', resource: mcpUrl.href })
      const { id_token } = await obtainTokens(server, client, { scope: 'openid' })
      const forged = `${elsewhere.access_token.slice(0, -8)}AAAAAAAA`
      const tokens = [elsewhere.access_token, id_token, forged, 'opaque']
      for (const token of tokens) expect((await call(`Bearer ${token}`)).status).toBe(401)
      expect((await call(`Bearer ${unscoped.access_token}`)).status).toBe(403)
    })
  })
})
