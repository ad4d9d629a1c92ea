import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'

type Metadata = Readonly<Record<string, unknown>>

/** Somebody else's server of RFC 7591 and RFC 7592, which renews the registration access token on every call. */
export async function foreignServer({ initialAccessToken }: { readonly initialAccessToken?: string } = {}) {
  const state = { client: undefined as Metadata | undefined, token: '', calls: 0, bodies: [] as Metadata[] }
  const server = createServer((request, response) => void answer(request, response))
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  onTestFinished(() => void server.close())
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}/tenant`

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const send = (status: number, body?: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(body && JSON.stringify(body))
    if (request.url === '/tenant/.well-known/openid-configuration')
      return void send(200, { issuer, registration_endpoint: `${issuer}/clients` })
    if (request.url === '/tenant/clients') return void send(...(await register(request)))
    if (request.url === '/tenant/clients/c1') return void send(...(await manage(request)))
    send(404)
  }

  async function register(request: IncomingMessage): Promise<[number, unknown?]> {
    if (initialAccessToken !== undefined && request.headers.authorization !== `Bearer ${initialAccessToken}`)
      return [401, { error: 'invalid_token' }]
    const body = (await json(request)) as Metadata
    if (body['redirect_uris'] === undefined)
      return [400, { error: 'invalid_redirect_uri', error_description: 'redirect_uris is missing' }]
    state.client = { ...body, client_id: 'c1', client_secret: 's1', client_secret_expires_at: 0 }
    return [201, information()]
  }

  async function manage(request: IncomingMessage): Promise<[number, unknown?]> {
    if (request.headers.authorization !== `Bearer ${state.token}` || state.client === undefined)
      return [401, { error: 'invalid_token' }]
    if (request.method === 'DELETE') {
      state.client = undefined
      return [204]
    }
    if (request.method === 'PUT') {
      const body = (await json(request)) as Metadata
      state.bodies.push(body)
      state.client = { ...body, client_secret: 's1', client_secret_expires_at: 0 }
    }
    return [200, information()]
  }

  function information(): Metadata {
    state.calls += 1
    state.token = `rat-${state.calls}`
    return { ...state.client, registration_access_token: state.token, registration_client_uri: `${issuer}/clients/c1` }
  }

  return { issuer, state }
}
