import { randomUUID } from 'node:crypto'
import type { CryptoKey } from 'jose'
import type { AssertionIssuer, JsonObject, JsonValue, Realm } from '../../src/registration/index.ts'
import { clientKey } from '../support/client-keys.ts'
import { basic, publicClient, redeem } from '../support/code-flow.ts'
import { type EngineWorld, openWorld, type WorldOptions } from '../support/engine-world.ts'
import { signJwt } from '../support/statement-issuer.ts'

export const jwtBearerGrant = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
export const exchangeGrant = 'urn:ietf:params:oauth:grant-type:token-exchange'
export const api = 'https://api.example'
export const backend = 'https://backend.example'
export const idp = 'https://idp.example'

export type Parameters = Readonly<Record<string, string>>
type Claims = Readonly<Record<string, JsonValue | undefined>>

/** An issuer elsewhere, and the entry by which the realm trusts it. */
export async function createIssuer(issuer = idp, alg = 'ES256') {
  const key = await clientKey(alg, 'key-1')
  const other = await clientKey(alg, 'key-1')
  return {
    issuer,
    key,
    other,
    entry: (changes: Partial<AssertionIssuer> = {}): AssertionIssuer => ({
      id: 'idp',
      issuer,
      keys: { kind: 'jwks', jwks: { keys: [key.jwk as JsonObject] } },
      algorithms: ['ES256'],
      uses: ['jwt-bearer'],
      clients: 'any',
      publicClients: false,
      scopes: ['read', 'email'],
      audiences: [],
      lifetimeMaxSeconds: 3600,
      clockSkewSeconds: 30,
      replay: 'refused',
      requiredClaims: {},
      subject: { kind: 'foreign' },
      tokenLifetimeSeconds: 600,
      ...changes,
    }),
    sign: (claims: Claims, header: Claims = {}, privateKey: CryptoKey | Uint8Array = key.privateKey) =>
      signJwt(withoutAbsent(claims), { alg, kid: 'key-1', ...header }, { privateKey }),
  }
}

export type Issuer = Awaited<ReturnType<typeof createIssuer>>

/** Members that are `undefined` are left out. */
function withoutAbsent(claims: Claims): JsonObject {
  return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined)) as JsonObject
}

export async function openAssertionWorld(entries: readonly AssertionIssuer[], options: WorldOptions = {}): Promise<EngineWorld> {
  const world = await openWorld({
    ...options,
    realm: (realm) => trusting((options.realm ?? ((same) => same))(realm), entries),
  })
  const secretOf = (client_id: string) => [{ digest: world.digest(client_id), issuedAt: 0, expiresAt: 0 }]
  const machine = { grant_types: [jwtBearerGrant, exchangeGrant, 'client_credentials'], response_types: [] }
  for (const client_id of ['agent', 'other']) world.register({ client_id, metadata: machine, secrets: secretOf(client_id) })
  world.register({ client_id: 'narrow', metadata: { ...machine, scope: 'email' }, secrets: secretOf('narrow') })
  world.register({
    client_id: 'plain',
    metadata: { ...machine, grant_types: ['client_credentials'] },
    secrets: secretOf('plain'),
  })
  world.register({
    ...publicClient,
    metadata: { ...publicClient.metadata, grant_types: ['authorization_code', jwtBearerGrant, exchangeGrant] },
  })
  return world
}

function trusting(realm: Realm, assertionIssuers: readonly AssertionIssuer[]): Realm {
  const { capabilities } = realm
  return {
    ...realm,
    assertionIssuers,
    capabilities: { ...capabilities, grantTypes: [...capabilities.grantTypes, jwtBearerGrant, exchangeGrant] },
    unknownResources: 'refuse',
    resources: [
      { id: 'api', identifier: api, scopes: ['read', 'mcp:tools'], accessTokenFormat: 'jwt' },
      { id: 'backend', identifier: backend, scopes: ['read', 'email'], accessTokenFormat: 'jwt' },
    ],
  }
}

/** What a good assertion says. */
export function claimsFor(world: EngineWorld, issuer = idp): Readonly<Record<string, JsonValue>> {
  const now = world.now()
  return { iss: issuer, sub: 'person-1', aud: world.issuer, iat: now, exp: now + 300, jti: randomUUID() }
}

export interface Granted {
  readonly status: number
  readonly access_token: string
  readonly refresh_token?: string
  readonly token_type?: string
  readonly scope?: string
  readonly expires_in?: number
  readonly error?: string
  readonly error_description?: string
}

/** Every client’s secret is its name. */
export async function grantBy(
  world: EngineWorld,
  assertion: string,
  more: Parameters = {},
  { client_id = 'agent', headers = {} }: { readonly client_id?: string; readonly headers?: Parameters } = {},
): Promise<Granted> {
  const sent = Object.entries({ grant_type: jwtBearerGrant, assertion, resource: api, ...more }).filter(
    ([, value]) => value !== '',
  )
  return redeem(world, Object.fromEntries(sent), { ...basic(client_id, client_id), ...headers })
}

export async function inspect(world: EngineWorld, token: string, client_id = 'agent'): Promise<Record<string, unknown>> {
  const response = await world.post('/introspect', { token }, basic(client_id, client_id))
  return (await response.json()) as Record<string, unknown>
}

export function trust(world: EngineWorld, ...assertionIssuers: readonly AssertionIssuer[]): void {
  world.change((realm) => ({ ...realm, assertionIssuers }))
}
