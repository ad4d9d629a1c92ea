import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ExampleMcpServer, startExampleMcpServer } from '../support/example-mcp-server.ts'
import { decode } from '../support/flows.ts'
import { freePort } from '../support/free-port.ts'
import { callTool, connectMcp, createMcpProvider } from '../support/mcp-client.ts'
import { createBrowser } from '../support/scripted-browser.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const configuration = `mode: development
database: embedded
secret: { generated: root-secret }
adminToken: { generated: admin-token }
realms:
  alpha:
    dialects: [pingam]
    registration: { enabled: true, initialAccessTokenRequired: false, addedScopes: [mcp:write] }
    scopes: [openid, mcp:tools, mcp:write]
    responseTypes: [code]
    authMethods: [none, client_secret_basic]
    users: [{ username: ada, password: { generated: ada-password } }]
`

describe('an MCP server of a realm that speaks PingAM’s dialect', () => {
  let folder: string
  let server: TestServer
  let example: ExampleMcpServer
  let issuer: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mcp-pingam-'))
    const file = join(folder, 'pingam.yaml')
    await writeFile(file, configuration)
    server = await startTestServer({ file })
    issuer = `${server.url}/am/oauth2/realms/root/realms/alpha`
    const port = await freePort()
    // Added at run time, with its document here: the MCP server only says where that is.
    const resource = { id: 'tools', identifier: `http://localhost:${port}/mcp`, scopes: ['mcp:tools', 'mcp:write'] }
    const described = { ...resource, name: 'Tools', publishMetadata: true }
    expect((await server.admin('POST', '/realms/alpha/resources', described)).status).toBe(201)
    const env = { RESOURCE_METADATA: `${issuer}/protected-resources/tools` }
    example = await startExampleMcpServer({ issuer, port, env })
  })
  afterAll(async () => {
    await example?.stop()
    await server?.stop()
    await rm(folder, { recursive: true })
  })

  it('leads the SDK from a 401 to its own token, its document being served by the realm (R2.25)', async () => {
    const [user] = server.configuration.realms.find(({ name }) => name === 'alpha')?.users ?? []
    const browser = createBrowser(server, { username: 'ada', password: user?.password ?? '' })
    const { provider, kept } = createMcpProvider(browser.authorize)
    const { transport, connected } = connectMcp(example.url, provider)
    await expect(connected).rejects.toThrow(UnauthorizedError)
    expect(kept.authorizationUrl?.href).toMatch(`${issuer}/authorize?`)
    expect(Object.fromEntries(kept.authorizationUrl?.searchParams ?? [])).toMatchObject({
      resource: example.url.href,
      code_challenge_method: 'S256',
    })
    await transport.finishAuth(kept.back?.searchParams.get('code') ?? '')
    const { client_id } = kept.client ?? {}
    expect(decode(kept.tokens?.access_token ?? '').claims).toMatchObject({ iss: issuer, aud: example.url.href, client_id })
    expect(kept.tokens?.refresh_token).toEqual(expect.any(String))
    expect(await callTool(example.url, provider, 'whoami')).toMatchObject({ client: client_id, scopes: ['mcp:tools'] })
  })

  it('has its document at the well-known address as well, and no more once the resource is removed (MCP-PRM-08)', async () => {
    const wellKnown = `${server.url}/.well-known/oauth-protected-resource/mcp`
    const metadata = async () => (await (await fetch(`${issuer}/.well-known/openid-configuration`)).json()) as ServerMetadata
    expect(await (await fetch(wellKnown)).json()).toEqual({
      resource: example.url.href,
      authorization_servers: [issuer],
      scopes_supported: ['mcp:tools', 'mcp:write'],
      bearer_methods_supported: ['header'],
      resource_name: 'Tools',
    })
    expect((await metadata()).protected_resources).toEqual([example.url.href])
    expect((await server.admin('DELETE', '/realms/alpha/resources/tools')).status).toBe(204)
    expect((await fetch(wellKnown)).status).toBe(404)
    expect((await fetch(`${issuer}/protected-resources/tools`)).status).toBe(404)
    expect((await metadata()).protected_resources).toBeUndefined()
  })
})

interface ServerMetadata {
  readonly protected_resources?: readonly string[]
}
