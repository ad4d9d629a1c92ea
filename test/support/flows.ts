import { createHash } from 'node:crypto'
import type { RegisteredClient } from './registration-client.ts'
import { createBrowser, type ScriptedBrowser } from './scripted-browser.ts'
import type { TestServer } from './test-server.ts'

export type Parameters = Readonly<Record<string, string>>

/** One proof key for every flow: what is tested here is something else. */
export const codeVerifier = 'a-code-verifier-that-is-long-enough-for-RFC-7636-4.1'
const challenge = createHash('sha256').update(codeVerifier).digest('base64url')

type AnyClient = Pick<RegisteredClient, 'client_id'> & { readonly [member: string]: unknown }

/** An authorization request of the client's; a parameter that is empty is left out. */
export function authorizationUrl({ url }: Pick<TestServer, 'url'>, client: AnyClient, parameters: Parameters = {}): URL {
  const [redirect_uri = ''] = (client['redirect_uris'] ?? []) as readonly string[]
  const target = new URL(`${url}/authorize`)
  const all = {
    client_id: client.client_id,
    redirect_uri,
    response_type: 'code',
    scope: 'openid',
    state: 'a-state',
    nonce: 'a-nonce',
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ...parameters,
  }
  for (const [name, value] of Object.entries(all)) if (value !== '') target.searchParams.set(name, value)
  return target
}

export interface TokenAnswer {
  readonly status: number
  readonly headers: Headers
  readonly body: TokenBody
}

export interface TokenBody {
  readonly access_token: string
  readonly refresh_token: string
  readonly id_token: string
  readonly error?: string
  readonly error_description?: string
  readonly [member: string]: unknown
}

/** POST of a form to an endpoint of the issuer, by the client with the method that it registered. */
export async function post(
  server: Pick<TestServer, 'url'>,
  path: string,
  parameters: Parameters,
  headers: Parameters = {},
): Promise<TokenAnswer> {
  const response = await fetch(`${server.url}${path}`, { method: 'POST', body: new URLSearchParams(parameters), headers })
  const text = await response.text()
  return { status: response.status, headers: response.headers, body: (text.startsWith('{') ? JSON.parse(text) : {}) as TokenBody }
}

/** Header or parameters of client authentication as registered: secrets, or nothing. */
export function authentication(client: AnyClient): { readonly headers: Parameters; readonly parameters: Parameters } {
  const { client_id, client_secret, token_endpoint_auth_method: method } = client as Partial<RegisteredClient>
  if (client_id === undefined) throw new Error('a client has an identifier')
  if (method === 'client_secret_basic') return { headers: basic(client_id, client_secret ?? ''), parameters: {} }
  return { headers: {}, parameters: { client_id, ...(client_secret === undefined ? {} : { client_secret }) } }
}

export function basic(id: string, secret: string): Parameters {
  return { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` }
}

/** Any grant, at the token endpoint. */
export function requestToken(server: Pick<TestServer, 'url'>, client: AnyClient, parameters: Parameters): Promise<TokenAnswer> {
  const { headers, parameters: credentials } = authentication(client)
  return post(server, '/token', { ...credentials, ...parameters }, headers)
}

export function redeem(
  server: Pick<TestServer, 'url'>,
  client: AnyClient,
  back: URL,
  redirect_uri: string,
): Promise<TokenAnswer> {
  const code = back.searchParams.get('code')
  if (code === null) throw new Error(`no code: ${back.href}`)
  return requestToken(server, client, { grant_type: 'authorization_code', code, redirect_uri, code_verifier: codeVerifier })
}

/** The whole flow: sign-in, consent, tokens. */
export async function obtainTokens(
  server: TestServer,
  client: AnyClient,
  parameters: Parameters = {},
  browser: ScriptedBrowser = createBrowser(server),
): Promise<TokenBody> {
  const url = authorizationUrl(server, client, parameters)
  const { status, body } = await redeem(server, client, await browser.authorize(url), url.searchParams.get('redirect_uri') ?? '')
  if (status !== 200) throw new Error(`no tokens: ${status} ${JSON.stringify(body)}`)
  return body
}

/** A token's header and claims, its signature aside. */
export function decode(token: string): { readonly header: Claims; readonly claims: Claims } {
  const [header = '', claims = ''] = token.split('.').map((part) => Buffer.from(part, 'base64url').toString())
  return { header: JSON.parse(header) as Claims, claims: JSON.parse(claims) as Claims }
}

export type Claims = Readonly<Record<string, unknown>>
