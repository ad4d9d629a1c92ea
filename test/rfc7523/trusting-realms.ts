import * as oauth from 'oauth4webapi'
import { obtainTokens } from '../support/flows.ts'
import { type RegisteredClient, registered } from '../support/registration-client.ts'
import type { TestServer } from '../support/test-server.ts'

const insecure = { [oauth.allowInsecureRequests]: true } as const
export const jwtBearerGrant = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
export const exchangeGrant = 'urn:ietf:params:oauth:grant-type:token-exchange'
export const tokenType = (name: string) => `urn:ietf:params:oauth:token-type:${name}`
export const mcp = 'https://mcp.example'
const redirect_uri = 'https://rp.example/cb'

type Parameters = Readonly<Record<string, string>>

export interface Party {
  readonly issuer: string
  readonly as: oauth.AuthorizationServer
  readonly client: RegisteredClient
}

export async function discover(issuer: string): Promise<oauth.AuthorizationServer> {
  const url = new URL(issuer)
  return oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url, insecure))
}

/** A client of its own making, at a realm. */
export async function joins(issuer: string, grant_types: readonly string[], more: object = {}): Promise<Party> {
  const metadata = { redirect_uris: [redirect_uri], grant_types, token_endpoint_auth_method: 'client_secret_post', ...more }
  return { issuer, as: await discover(issuer), client: await registered({ url: issuer }, metadata) }
}

export function signIn(server: TestServer, { client }: Party, parameters: Parameters = {}) {
  return obtainTokens(server, client, { scope: 'openid read', ...parameters })
}

/** By a library of other people's making. @throws what it makes of an error */
export async function requestToken({ as, client }: Party, grant: string, parameters: Parameters, options: object = {}) {
  const caller = { client_id: client.client_id }
  const authentication = oauth.ClientSecretPost(client.client_secret)
  const response = await oauth.genericTokenEndpointRequest(
    as,
    caller,
    authentication,
    grant,
    { ...parameters },
    {
      ...insecure,
      ...options,
    },
  )
  return oauth.processGenericTokenEndpointResponse(as, caller, response, { recognizedTokenTypes: { n_a: () => undefined } })
}

export async function introspect({ as, client }: Party, token: string): Promise<oauth.IntrospectionResponse> {
  const caller = { client_id: client.client_id }
  const response = await oauth.introspectionRequest(as, caller, oauth.ClientSecretPost(client.client_secret), token, insecure)
  return oauth.processIntrospectionResponse(as, caller, response)
}

/** What an administrator does. @throws where it was refused */
export async function administer(server: TestServer, method: string, path: string, body?: object): Promise<unknown> {
  const response = await server.admin(method, `/realms/${path}`, body)
  const text = await response.text()
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
  return text === '' ? undefined : JSON.parse(text)
}
