import { createServer } from 'node:http'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import { createMcpServer, scopesOfCall, scopesOfServer } from './tools.mjs'
import { createVerifier, holdsScopes } from './verify-token.mjs'

/**
 * A small MCP server that is protected by Registrar, as the MCP authorization specification wants it: it says where tokens come
 * from (RFC 9728), serves whoever brings a token that was made for it, and says which scopes a tool needs that the token lacks.
 */

const wellKnown = '/.well-known/oauth-protected-resource'
const bodyBytesMax = 1_000_000

/**
 * `RESOURCE`: the address that clients know, where that is not the one that is listened on. `RESOURCE_METADATA`: where the document
 * of RFC 9728 is, where somebody else serves it.
 */
const { ISSUER = 'http://localhost:4400', PORT = '4500', RESOURCE, RESOURCE_METADATA } = process.env
const options = { issuer: ISSUER, port: Number(PORT), resource: RESOURCE, metadataUrl: RESOURCE_METADATA }
const { url, close } = await startMcpServer(options)
console.log(`MCP server at ${url}, for tokens of ${ISSUER}`)
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void close())

/** `port` 0: any free one. `url` is the address of the server, and the name of the resource that tokens are made for (RFC 8707). */
async function startMcpServer({ issuer, port, resource, metadataUrl }) {
  // Before anybody can ask: who came earlier would wait for an answer that never comes.
  const verify = await createVerifier(issuer)
  const server = createServer()
  await new Promise((resolve, reject) => server.once('error', reject).listen(port, 'localhost', () => resolve(undefined)))
  const place = placeOf(resource ?? `http://localhost:${server.address().port}/mcp`, metadataUrl)
  server.on('request', (request, response) => {
    answer({ request, response, place, issuer, verify }).catch((error) => {
      console.error(error)
      if (!response.headersSent) answerJson(response, 500, { error: 'server_error' })
    })
  })
  return {
    url: place.resource,
    close: () => new Promise((resolve) => void server.close(() => resolve()).closeAllConnections()),
  }
}

/** RFC 9728 §3.1: the path of the resource stands behind the well-known part. */
function placeOf(resource, metadataUrl) {
  const { origin, pathname } = new URL(resource)
  const metadataPath = `${wellKnown}${pathname === '/' ? '' : pathname}`
  return { resource, pathname, metadataPath, metadataUrl: metadataUrl ?? `${origin}${metadataPath}` }
}

async function answer({ request, response, place, issuer, verify }) {
  const { pathname } = new URL(request.url ?? '/', place.resource)
  if (pathname === place.metadataPath) return answerJson(response, 200, describeResource(place.resource, issuer))
  if (pathname !== place.pathname) return answerJson(response, 404, { error: 'not_found' })

  // RFC 6750 §2.3 has tokens in addresses, where logs and histories keep them; MCP forbids it, and only the header counts.
  const token = /^Bearer ([\w.~+/-]+=*)$/i.exec(request.headers.authorization ?? '')?.[1]
  // RFC 6750 §3.1: who brings no token did nothing wrong yet, and is told where to get one.
  if (token === undefined) return refuse(response, 401, challenge(place, scopesOfServer))
  const auth = await verify(token, place.resource)
  if (auth === undefined) return refuse(response, 401, challenge(place, scopesOfServer, 'invalid_token'))

  const message = request.method === 'POST' ? await readJson(request) : undefined
  // All that the call needs, and not only what is missing: the client asks once, and loses nothing that it had.
  const needed = scopesOfCall(message)
  if (!holdsScopes(auth.scopes, needed)) return refuse(response, 403, challenge(place, needed, 'insufficient_scope'))
  return handleMessage(Object.assign(request, { auth: { ...auth, resource: new URL(place.resource) } }), response, message)
}

/** RFC 9728 §2: which resource this is, who makes tokens for it, and the least that is of any use here. */
function describeResource(resource, issuer) {
  return {
    resource,
    authorization_servers: [issuer],
    scopes_supported: scopesOfServer,
    bearer_methods_supported: ['header'],
    resource_name: 'Example MCP server',
  }
}

/** RFC 6750 §3 and RFC 9728 §5.1. */
function challenge({ metadataUrl }, scopes, error) {
  const parameters = {
    ...(error === undefined ? {} : { error }),
    scope: scopes.join(' '),
    resource_metadata: metadataUrl,
  }
  const written = Object.entries(parameters).map(([name, value]) => `${name}="${value}"`)
  return `Bearer ${written.join(', ')}`
}

/** Without sessions: each message gets a server and a transport of its own. */
async function handleMessage(request, response, message) {
  const mcp = createMcpServer()
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined, enableJsonResponse: true })
  response.on('close', () => void Promise.all([transport.close(), mcp.close()]))
  await mcp.connect(transport)
  await transport.handleRequest(request, response, message)
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
  // A script in a browser sees no header that it is not told of.
  response.setHeader('access-control-expose-headers', 'www-authenticate')
  answerJson(response, status, { error: status === 401 ? 'invalid_token' : 'insufficient_scope' })
}

function answerJson(response, status, body) {
  response.writeHead(status, { 'content-type': 'application/json', 'access-control-allow-origin': '*' }).end(JSON.stringify(body))
}
