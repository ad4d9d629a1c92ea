import { createServer } from 'node:http'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import { createRemoteJWKSet, jwtVerify } from 'jose'

/**
 * A small MCP server that is protected by Registrar, as the MCP authorization specification wants it: it says where tokens come
 * from (RFC 9728), and serves whoever brings a token that was made for it.
 */

const scope = 'mcp:tools'
const metadataPath = '/.well-known/oauth-protected-resource/mcp'
const bodyBytesMax = 1_000_000

const { ISSUER: issuer = 'http://localhost:4400', PORT: port = '4500' } = process.env
const { url, close } = await startMcpServer({ issuer, port: Number(port) })
console.log(`MCP server at ${url}, for tokens of ${issuer}`)
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void close())
/**
 * @param {{ issuer: string, port: number }} options `port` 0: any free one.
 * @returns {Promise<{ url: string, close: () => Promise<void> }>} `url` is the address of the MCP server, and the name of the
 *   resource that tokens are made for (RFC 8707).
 */
async function startMcpServer({ issuer, port }) {
  const { jwks_uri } = await discover(issuer)
  const keys = createRemoteJWKSet(new URL(jwks_uri))

  const server = createServer((request, response) => {
    const { origin, resource } = addressOf(server)
    const path = new URL(request.url ?? '/', origin).pathname
    if (path === metadataPath) return answerJson(response, 200, describeResource(resource, issuer))
    if (path !== '/mcp') return answerJson(response, 404, { error: 'not_found' })
    return serve({ request, response, resource, origin }, (token) => verifyAccessToken(token, { issuer, resource, keys })).catch(
      (error) => {
        console.error(error)
        if (!response.headersSent) answerJson(response, 500, { error: 'server_error' })
      },
    )
  })

  await new Promise((resolve, reject) => server.once('error', reject).listen(port, 'localhost', () => resolve(undefined)))
  return {
    url: addressOf(server).resource,
    close: () => new Promise((resolve) => void server.close(() => resolve()).closeAllConnections()),
  }
}

/** RFC 8414: an authorization server describes itself. Its issuer must be the one that we were told to trust. */
async function discover(issuer) {
  const response = await fetch(`${issuer}/.well-known/oauth-authorization-server`)
  if (!response.ok) throw new Error(`${issuer} has no metadata: ${response.status}`)
  const metadata = await response.json()
  if (metadata.issuer !== issuer) throw new Error(`${issuer} calls itself ${metadata.issuer}`)
  return metadata
}

/** RFC 9728 §2: which resource this is, and who makes tokens for it. */
function describeResource(resource, issuer) {
  return {
    resource,
    authorization_servers: [issuer],
    scopes_supported: [scope],
    bearer_methods_supported: ['header'],
    resource_name: 'Example MCP server',
  }
}

async function serve({ request, response, resource, origin }, verify) {
  const token = /^Bearer ([\w.~+/-]+=*)$/i.exec(request.headers.authorization ?? '')?.[1]
  const challenge = (parameters) => {
    const all = { ...parameters, scope, resource_metadata: `${origin}${metadataPath}` }
    return `Bearer ${Object.entries(all)
      .map(([name, value]) => `${name}="${value}"`)
      .join(', ')}`
  }
  // RFC 6750 §3.1: who brings no token did nothing wrong yet, and is told where to get one.
  if (token === undefined) return refuse(response, 401, challenge({}))
  const auth = await verify(token)
  if (auth === undefined) return refuse(response, 401, challenge({ error: 'invalid_token' }))
  if (!auth.scopes.includes(scope)) return refuse(response, 403, challenge({ error: 'insufficient_scope' }))
  return handleMessage(Object.assign(request, { auth: { ...auth, resource: new URL(resource) } }), response)
}

/**
 * RFC 9068 §4: signed by the issuer, made for us and nobody else, an access token (not an ID token), and still good. A token for
 * another resource is not accepted, and never passed on.
 */
async function verifyAccessToken(token, { issuer, resource, keys }) {
  try {
    const { payload } = await jwtVerify(token, keys, {
      issuer,
      audience: resource,
      typ: 'at+jwt',
      algorithms: ['ES256', 'EdDSA', 'RS256', 'PS256'],
      requiredClaims: ['exp', 'client_id', 'sub'],
    })
    return {
      token,
      clientId: String(payload.client_id),
      scopes: String(payload.scope ?? '').split(' '),
      expiresAt: payload.exp,
      extra: { subject: payload.sub },
    }
  } catch {
    return undefined
  }
}

/** Without sessions: each message gets a server and a transport of its own. */
async function handleMessage(request, response) {
  const mcp = createMcpServer()
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined, enableJsonResponse: true })
  response.on('close', () => void Promise.all([transport.close(), mcp.close()]))
  const body = request.method === 'POST' ? await readJson(request) : undefined
  await mcp.connect(transport)
  await transport.handleRequest(request, response, body)
}

/** The tools. `authInfo` is what the access token said. */
function createMcpServer() {
  const mcp = new McpServer({ name: 'example', version: '1.0.0' })
  mcp.registerTool('whoami', { description: 'Tells who calls, on whose behalf, and with which scopes.' }, ({ authInfo }) => ({
    content: [
      {
        type: 'text',
        text: JSON.stringify({ client: authInfo?.clientId, subject: authInfo?.extra?.subject, scopes: authInfo?.scopes }),
      },
    ],
  }))
  return mcp
}

async function readJson(request) {
  const chunks = []
  let bytes = 0
  for await (const chunk of request) {
    bytes += chunk.length
    if (bytes > bodyBytesMax) throw new Error('the message is too long')
    chunks.push(chunk)
  }
  // What is no JSON is the transport's to refuse.
  try {
    return JSON.parse(Buffer.concat(chunks).toString())
  } catch {
    return {}
  }
}

function refuse(response, status, challenge) {
  response.setHeader('www-authenticate', challenge)
  answerJson(response, status, { error: status === 401 ? 'invalid_token' : 'insufficient_scope' })
}

function answerJson(response, status, body) {
  response.writeHead(status, { 'content-type': 'application/json', 'access-control-allow-origin': '*' }).end(JSON.stringify(body))
}

function addressOf(server) {
  const origin = `http://localhost:${server.address().port}`
  return { origin, resource: `${origin}/mcp` }
}
