import { auth, UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ExampleMcpServer, startExampleMcpServer } from '../support/example-mcp-server.ts'
import { decode, obtainTokens, requestToken } from '../support/flows.ts'
import { callTool, connectMcp, createMcpProvider } from '../support/mcp-client.ts'
import { registered, registeredPublic, remove } from '../support/registration-client.ts'
import { authorize } from '../support/scripted-browser.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

describe('the MCP TypeScript SDK', () => {
  let server: TestServer
  let example: ExampleMcpServer
  let mcpUrl: URL

  beforeAll(async () => {
    server = await startTestServer()
    example = await startExampleMcpServer({ issuer: server.url })
    mcpUrl = example.url
  })
  afterAll(async () => {
    await example?.stop()
    await server?.stop()
  })

  const createProvider = (metadata: object = {}) => createMcpProvider((url) => authorize(server, url), metadata)

  it('discovers, registers, authorizes with PKCE and resource, and calls a tool', async () => {
    const { provider, kept } = createProvider()
    const { transport, connected } = connectMcp(mcpUrl, provider)
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
    expect(await callTool(mcpUrl, provider, 'whoami')).toEqual({
      client: kept.client?.client_id,
      subject: expect.any(String),
      actors: [],
      scopes: ['mcp:tools'],
    })
    expect(decode(kept.tokens?.access_token ?? '').claims).toMatchObject({ iss: server.url, aud: mcpUrl.href })
  })

  it('refreshes by itself, and registers again by itself once its client is gone', async () => {
    const { provider, kept } = createProvider()
    expect(await auth(provider, { serverUrl: mcpUrl })).toBe('REDIRECT')
    await auth(provider, { serverUrl: mcpUrl, authorizationCode: kept.back?.searchParams.get('code') ?? '' })
    const [before, first] = [kept.tokens?.access_token, kept.client?.client_id]
    expect(await auth(provider, { serverUrl: mcpUrl })).toBe('AUTHORIZED')
    expect(kept.tokens?.access_token).not.toBe(before)
    expect(await callTool(mcpUrl, provider, 'whoami')).toMatchObject({ client: first })

    // The SDK forgets the members of RFC 7592, so that an administrator has to remove the client.
    expect((await server.admin('DELETE', `/realms/default/clients/${first}`)).status).toBe(204)
    expect(await auth(provider, { serverUrl: mcpUrl })).toBe('REDIRECT')
    expect(kept.client?.client_id).not.toBe(first)
  })

  it.each(['client_secret_basic', 'client_secret_post'])('works as a confidential client with %s', async (method) => {
    const { provider, kept } = createProvider({ token_endpoint_auth_method: method })
    await auth(provider, { serverUrl: mcpUrl })
    await auth(provider, { serverUrl: mcpUrl, authorizationCode: kept.back?.searchParams.get('code') ?? '' })
    expect(kept.client?.client_secret).toEqual(expect.any(String))
    expect(await callTool(mcpUrl, provider, 'whoami')).toMatchObject({ client: kept.client?.client_id })
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

    it('is refused with a token for another resource, without the scope, or that is none (MCP-PRM-05)', async () => {
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
