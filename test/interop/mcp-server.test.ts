import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ExampleMcpServer, startExampleMcpServer } from '../support/example-mcp-server.ts'
import { authorizationUrl, codeVerifier, decode, obtainTokens, requestToken } from '../support/flows.ts'
import { freePort } from '../support/free-port.ts'
import { callTool, connectMcp, createMcpProvider } from '../support/mcp-client.ts'
import { register, registered, registeredPublic } from '../support/registration-client.ts'
import { createBrowser } from '../support/scripted-browser.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

describe('an MCP server that is protected by a realm', () => {
  let folder: string
  let server: TestServer
  let example: ExampleMcpServer

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mcp-'))
    const port = await freePort()
    const file = join(folder, 'mcp-server.yaml')
    await writeFile(file, (await readFile('examples/mcp-server.yaml', 'utf8')).replaceAll('4500', String(port)))
    server = await startTestServer({ file })
    example = await startExampleMcpServer({ issuer: server.url, port })
  })
  afterAll(async () => {
    await example?.stop()
    await server?.stop()
    await rm(folder, { recursive: true })
  })

  const call = (tool: string | undefined, headers: Readonly<Record<string, string>> = {}, query = '') =>
    fetch(`${example.url.href}${query}`, {
      method: 'POST',
      headers: { accept: 'application/json, text/event-stream', 'content-type': 'application/json', ...headers },
      body: JSON.stringify(
        tool === undefined
          ? { jsonrpc: '2.0', id: 1, method: 'tools/list' }
          : { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: tool, arguments: { text: 'a note' } } },
      ),
    })
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

  /** RFC 9110 §11.6.1, as far as the example goes. */
  const challengeOf = ({ headers }: Response): Readonly<Record<string, string>> =>
    Object.fromEntries([...(headers.get('www-authenticate') ?? '').matchAll(/(\w+)="([^"]*)"/g)].map(([, n, v]) => [n, v]))

  it('tells who brings no token where its document is, and which scope to ask for (MCP-PRM-01, MCP-PRM-04)', async () => {
    const refused = await call(undefined)
    expect(refused.status).toBe(401)
    expect(challengeOf(refused)).toEqual({
      scope: 'mcp:tools',
      resource_metadata: `${example.url.origin}/.well-known/oauth-protected-resource/mcp`,
    })
  })

  it('describes itself with the least scopes, offline_access never among them (MCP-PRM-02, MCP-PRM-03)', async () => {
    const document = await (await fetch(challengeOf(await call(undefined))['resource_metadata'] ?? '')).json()
    expect(document).toMatchObject({
      resource: example.url.href,
      authorization_servers: [server.url],
      scopes_supported: ['mcp:tools'],
      bearer_methods_supported: ['header'],
    })
  })

  it('refuses a token in the address (MCP-PRM-07)', async () => {
    const client = await registered(server, { grant_types: ['client_credentials'], scope: 'mcp:tools' })
    const grant = { grant_type: 'client_credentials', scope: 'mcp:tools', resource: example.url.href }
    const { body } = await requestToken(server, client, grant)
    expect((await call(undefined, {}, `?access_token=${body.access_token}`)).status).toBe(401)
    expect((await call(undefined, bearer(body.access_token))).status).toBe(200)
  })

  it('asks for all scopes of a tool at once where the token lacks one, and knows that write includes read (MCP-PRM-04, MCP-PRM-06)', async () => {
    const client = await registeredPublic(server)
    const resource = example.url.href
    const browser = createBrowser(server)
    const { access_token } = await obtainTokens(server, client, { scope: 'mcp:tools', nonce: '', resource }, browser)
    const refused = await call('add_note', bearer(access_token))
    expect(refused.status).toBe(403)
    expect(challengeOf(refused)).toMatchObject({ error: 'insufficient_scope', scope: 'mcp:tools mcp:write' })

    const broad = await obtainTokens(server, client, { scope: 'mcp:write', nonce: '', resource }, browser)
    expect((await call('whoami', bearer(broad.access_token))).status).toBe(200)
    expect((await call('add_note', bearer(broad.access_token))).status).toBe(200)
  })

  it('leads a client that knows nothing to a token of its own, step by step (R2.25)', async () => {
    const { resource_metadata = '' } = challengeOf(await call('whoami'))
    const resource = (await (await fetch(resource_metadata)).json()) as Described
    const [issuer = ''] = resource.authorization_servers
    const metadata = (await (await fetch(`${issuer}/.well-known/oauth-authorization-server`)).json()) as ServerMetadata
    expect(metadata).toMatchObject({ issuer, code_challenge_methods_supported: ['S256'] })
    expect(metadata.protected_resources).toContain(resource.resource)

    const redirect_uris = ['http://127.0.0.1:8090/callback']
    const wanted = { redirect_uris, token_endpoint_auth_method: 'none', grant_types: ['authorization_code', 'refresh_token'] }
    const answer = await fetch(metadata.registration_endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...wanted, scope: 'mcp:tools' }),
    })
    expect(answer.status).toBe(201)
    const client = (await answer.json()) as { readonly client_id: string }

    const url = authorizationUrl({ url: issuer }, { ...client, redirect_uris }, { scope: 'mcp:tools', nonce: '' })
    url.searchParams.set('resource', resource.resource)
    const back = await createBrowser(server).authorize(url)
    expect(back.searchParams.get('iss')).toBe(issuer)
    const { status, body } = await requestToken(server, client, {
      grant_type: 'authorization_code',
      code: back.searchParams.get('code') ?? '',
      redirect_uri: redirect_uris[0] ?? '',
      code_verifier: codeVerifier,
      resource: resource.resource,
    })
    expect(status).toBe(200)
    expect(body.refresh_token).toEqual(expect.any(String))
    expect(decode(body.access_token).claims).toMatchObject({ iss: issuer, aud: resource.resource, client_id: client.client_id })
    expect((await call('whoami', bearer(body.access_token))).status).toBe(200)
  })

  it('has the SDK ask for more when a tool needs more, without another registration (MCP-AUTH-16)', async () => {
    const browser = createBrowser(server)
    // With a refresh token the SDK would refresh instead, and get the same scope again.
    const { provider, kept } = createMcpProvider(browser.authorize, { grant_types: ['authorization_code'] })
    const signIn = async () => {
      const { transport, connected } = connectMcp(example.url, provider)
      await expect(connected).rejects.toThrow(UnauthorizedError)
      await transport.finishAuth(kept.back?.searchParams.get('code') ?? '')
    }
    await signIn()
    const { client_id } = kept.client ?? {}
    expect(await callTool(example.url, provider, 'whoami')).toMatchObject({ client: client_id, scopes: ['mcp:tools'] })

    await expect(callTool(example.url, provider, 'add_note', { text: 'first' })).rejects.toThrow(UnauthorizedError)
    expect(kept.authorizationUrl?.searchParams.get('scope')).toBe('mcp:tools mcp:write')
    await connectMcp(example.url, provider).transport.finishAuth(kept.back?.searchParams.get('code') ?? '')
    expect(await callTool(example.url, provider, 'add_note', { text: 'first' })).toMatchObject({
      notes: expect.arrayContaining(['first']),
    })
    expect(kept.client?.client_id).toBe(client_id)
  })

  it('registers no client for a scope that the realm does not have, and adds what it gives everybody', async () => {
    const redirect_uris = ['http://localhost:8090/callback']
    expect(await register(server, { redirect_uris, scope: 'payments' })).toMatchObject({ status: 400 })
    expect((await registered(server, { redirect_uris, scope: 'mcp:tools' }))['scope']).toBe('mcp:tools mcp:write')
    expect((await registered(server, { redirect_uris }))['scope']).toBe('mcp:tools mcp:write')
  })
})

interface Described {
  readonly resource: string
  readonly authorization_servers: readonly string[]
}

interface ServerMetadata {
  readonly registration_endpoint: string
  readonly protected_resources: readonly string[]
}
