import type { Realm, TokenExchangeSettings } from '../../src/registration/index.ts'
import { basic, publicClient, redeem, signIn } from '../support/code-flow.ts'
import type { ClientSketch } from '../support/engine-realm.ts'
import { type EngineWorld, openWorld, type WorldOptions } from '../support/engine-world.ts'

export const exchangeGrant = 'urn:ietf:params:oauth:grant-type:token-exchange'
export const tokenType = (name: string) => `urn:ietf:params:oauth:token-type:${name}`
export const api = 'https://api.example'
export const backend = 'https://backend.example'
export const vault = 'https://vault.example'

export type Parameters = Readonly<Record<string, string>>

export interface Exchanged {
  readonly status: number
  readonly access_token: string
  readonly issued_token_type?: string
  readonly token_type?: string
  readonly refresh_token?: string
  readonly scope?: string
  readonly expires_in?: number
  readonly error?: string
  readonly error_description?: string
}

/** People get tokens by `public` and `portal`; `gateway` takes those for the API further, `agent` has some of its own. */
export async function openExchangeWorld(settings: Partial<TokenExchangeSettings> = {}, options: WorldOptions = {}) {
  const world = await openWorld({
    ...options,
    realm: (realm) => exchanging((options.realm ?? ((same) => same))(realm), settings),
  })
  const machine = ['client_credentials', exchangeGrant]
  world.register(publicClient)
  registerConfidential(world, 'portal', {
    redirect_uris: ['https://app.example/cb'],
    grant_types: ['authorization_code', 'refresh_token', exchangeGrant],
    response_types: ['code'],
  })
  registerConfidential(world, 'gateway', { grant_types: machine, response_types: [] })
  registerConfidential(world, 'agent', { grant_types: machine, response_types: [] })
  registerConfidential(world, 'narrow', { grant_types: machine, response_types: [], scope: 'read' })
  registerConfidential(world, 'plain', { grant_types: ['client_credentials'], response_types: [] })
  return world
}

export function registerConfidential(world: EngineWorld, client_id: string, metadata: NonNullable<ClientSketch['metadata']>) {
  return world.register({ client_id, metadata, secrets: [{ digest: world.digest(client_id), issuedAt: 0, expiresAt: 0 }] })
}

function exchanging(realm: Realm, settings: Partial<TokenExchangeSettings>): Realm {
  return {
    ...realm,
    capabilities: { ...realm.capabilities, grantTypes: [...realm.capabilities.grantTypes, exchangeGrant] },
    unknownResources: 'refuse',
    resources: [
      { id: 'api', identifier: api, scopes: ['read', 'mcp:tools'], accessTokenFormat: 'jwt' },
      { id: 'backend', identifier: backend, scopes: ['read', 'email'], accessTokenFormat: 'jwt' },
      { id: 'vault', identifier: vault, scopes: ['read'], accessTokenFormat: 'opaque' },
      { id: 'register', identifier: `${realm.issuer}/register`, scopes: ['read', 'register'], accessTokenFormat: 'jwt' },
    ],
    tokenExchange: {
      ...realm.tokenExchange,
      rules: ['gateway', 'narrow'].map((client) => ({ client, audiences: [api, backend, vault], issuedTo: [] })),
      ...settings,
    },
  }
}

/** Every client's secret is its name; `headers` come in addition, or instead. */
export async function exchange(
  world: EngineWorld,
  by: string | { readonly client_id: string; readonly headers: Parameters },
  subject_token: string,
  more: Parameters = {},
): Promise<Exchanged> {
  const { client_id, headers } = typeof by === 'string' ? { client_id: by, headers: {} } : by
  const params = { grant_type: exchangeGrant, subject_token, subject_token_type: tokenType('access_token'), ...more }
  const sent = Object.fromEntries(Object.entries(params).filter(([, value]) => value !== ''))
  return redeem(world, sent, { ...basic(client_id, client_id), ...headers })
}

/** Alice, at the public client. */
export async function personToken(world: EngineWorld, params: Parameters = {}) {
  return (await signIn(world, 'public', { scope: 'openid read mcp:tools', ...params })).access_token
}

export async function clientToken(world: EngineWorld, client_id: string, params: Parameters = {}, headers: Parameters = {}) {
  const request = { grant_type: 'client_credentials', scope: 'read', ...params }
  return (await redeem(world, request, { ...basic(client_id, client_id), ...headers })).access_token
}

export async function inspect(world: EngineWorld, token: string, client_id = 'gateway'): Promise<Record<string, unknown>> {
  const response = await world.post('/introspect', { token }, basic(client_id, client_id))
  return (await response.json()) as Record<string, unknown>
}
