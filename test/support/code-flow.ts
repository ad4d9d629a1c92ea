import { createHash, randomBytes } from 'node:crypto'
import type { Arrival, Browser } from './browser.ts'
import type { EngineWorld } from './engine-world.ts'

export const verifier = randomBytes(32).toString('base64url')
const challenge = createHash('sha256').update(verifier).digest('base64url')

export type Parameters = Readonly<Record<string, string>>

export function authorizationUrl({ issuer }: EngineWorld, params: Parameters): URL {
  const url = new URL(`${issuer}/authorize`)
  const all = { response_type: 'code', code_challenge: challenge, code_challenge_method: 'S256', state: 'af0ifjsldkj', ...params }
  for (const [name, value] of Object.entries(all)) if (value !== '') url.searchParams.set(name, value)
  return url
}

export function authorize(world: EngineWorld, params: Parameters, browser: Browser = world.browser()): Promise<Arrival> {
  return browser.visit(authorizationUrl(world, params))
}

export async function obtainCode(world: EngineWorld, params: Parameters, browser?: Browser): Promise<string> {
  const { location, body } = await authorize(world, params, browser)
  const code = location?.searchParams.get('code')
  if (!code) throw new Error(`no code: ${location?.href ?? body}`)
  return code
}

export interface Tokens {
  readonly access_token: string
  readonly refresh_token: string
  readonly id_token: string
  readonly token_type: string
  readonly scope: string
  readonly expires_in: number
  readonly error?: string
  readonly error_description?: string
}

export async function redeem(
  world: EngineWorld,
  params: Parameters,
  headers?: Parameters,
): Promise<Tokens & { readonly status: number }> {
  const response = await world.post('/token', params, headers)
  return { ...((await response.json()) as Tokens), status: response.status }
}

/** A public client from sign-in to tokens. */
export async function signIn(world: EngineWorld, client_id: string, params: Parameters = {}, browser?: Browser) {
  const redirect_uri = params['redirect_uri'] ?? 'https://app.example/cb'
  const code = await obtainCode(world, { client_id, redirect_uri, scope: 'openid read', ...params }, browser)
  const { resource } = params as { resource?: string }
  return redeem(world, {
    grant_type: 'authorization_code',
    code,
    redirect_uri,
    client_id,
    code_verifier: verifier,
    ...(resource === undefined ? {} : { resource }),
  })
}

export const publicClient = {
  client_id: 'public',
  metadata: {
    redirect_uris: ['https://app.example/cb'],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
  },
}

export function basic(id: string, secret: string): { readonly authorization: string } {
  return { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` }
}
