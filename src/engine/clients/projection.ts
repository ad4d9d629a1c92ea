import {
  type Client,
  type ClientMetadata,
  type EpochSeconds,
  type Features,
  isSelfRegistered,
  type JsonObject,
  type Realm,
  requiredMembers,
  type StoredSecret,
} from '../../registration/index.ts'
import { withKnownAcrs } from '../authorization/acr.ts'
import { extendedClaims } from '../claims/extended-claims.ts'
import { isDynamic, registeredScopes } from '../scopes.ts'
import { behaviourMembers } from './behaviour-members.ts'
import { faceDigest } from './client-face.ts'
import { textsIn } from './texts-in.ts'
import { withGrantOfAgents } from './with-grant-of-agents.ts'
import { withoutUnbound } from './without-unbound.ts'

/** What we know of a client beyond the engine's vocabulary; rides along with the engine's own client object. */
export interface ClientFacts {
  readonly client_id: string
  readonly channel: Client['channel']
  readonly selfRegistered: boolean
  readonly firstParty: boolean
  readonly faceDigest: string
  /** Those that are valid now: one that expires makes another projection, and so another client object. */
  readonly secrets: readonly StoredSecret[]
  readonly requestUris: readonly string[]
  /** What the client is registered for; the engine's own list lacks what no list can hold. */
  readonly scopes: readonly string[]
  /** Scopes of a request that names none; absent: the realm's. */
  readonly defaultScopes?: readonly string[]
  /** Extended properties that the client's access tokens tell. */
  readonly tokenClaims: JsonObject
  readonly frontchannelLogoutUri?: string
  readonly frontchannelLogoutSessionRequired: boolean
  /** The id of the agent that the client is. */
  readonly agent?: string
  /** The client, or a policy for it, wants PKCE in every authorization request. */
  readonly requiresProofKey: boolean
  /** With `none`, which the engine has no word for. */
  readonly requestObjectAlgorithm?: string
}

export interface ProjectionView {
  readonly realm: Realm
  readonly now: () => EpochSeconds
  readonly openSecret: (sealed: string) => string
  /** Stands in for a secret of which only the digest is kept. Nobody can guess it: the engine derives keys from it. */
  readonly unguessable: (client_id: string) => string
}

export const factsMember = 'urn:registrar:facts'
export type EngineMetadata = Readonly<Record<string, unknown>> & { readonly client_id: string }

/** A client record as the engine reads it; `undefined` for a client that cannot be served as it is registered. */
export function projectClient(client: Client, view: ProjectionView): EngineMetadata | undefined {
  if (!isServed(client, view.now())) return undefined
  const registered = withKnownAcrs(pickBehaviour(client.metadata), view.realm)
  // The realm may demand more than when the client was registered.
  const picked = { ...registered, ...requiredMembers(registered, view.realm) }
  if (!isServable(picked, view.realm)) return undefined
  return assemble(client, withoutUnbound(withGrantOfAgents(client, narrowed(picked, view.realm), view.realm)), view)
}

/** Neither waiting for approval, nor suspended, nor at its end. */
export function isServed({ state, expiresAt }: Client, now: EpochSeconds): boolean {
  return state === 'active' && (expiresAt === undefined || expiresAt > now)
}

/** The same for metadata that is about to be registered: nothing is narrowed, since the engine is to have its say about all of it. */
export function projectCandidate(client_id: string, metadata: ClientMetadata, view: ProjectionView): EngineMetadata {
  const { scope = '', ...picked } = candidateOf(metadata, view.realm)
  // There is no list of dynamic scopes that the engine could look them up in.
  const listed = withoutDynamic(scope, view.realm)
  return { ...picked, ...(listed === '' ? {} : { scope: listed }), client_id, client_secret: anySecret }
}

/** Nobody authenticates by a candidate: what matters is how long a secret is. */
const anySecret = 'x'.repeat(43)

function assemble(client: Client, metadata: ClientMetadata, view: ProjectionView): EngineMetadata {
  const now = view.now()
  const secrets = client.secrets.filter(({ expiresAt }) => expiresAt === 0 || expiresAt > now)
  const sealed = secrets.find((secret) => secret.sealed !== undefined)?.sealed
  return {
    ...metadata,
    client_id: client.client_id,
    client_secret: sealed === undefined ? view.unguessable(client.client_id) : view.openSecret(sealed),
    client_secret_expires_at: latestExpiry(client.secrets),
    [factsMember]: factsAbout(client, secrets, view.realm),
  }
}

function factsAbout(client: Client, secrets: readonly StoredSecret[], realm: Realm): ClientFacts {
  const { metadata } = client
  const frontchannelLogoutUri = metadata['frontchannel_logout_uri']
  const requestObjectAlgorithm = metadata['request_object_signing_alg']
  return {
    client_id: client.client_id,
    channel: client.channel,
    selfRegistered: isSelfRegistered(client, realm),
    firstParty: client.firstParty,
    faceDigest: faceDigest(metadata),
    secrets,
    requestUris: textsIn(metadata['request_uris']),
    ...(typeof frontchannelLogoutUri === 'string' ? { frontchannelLogoutUri } : {}),
    frontchannelLogoutSessionRequired: metadata['frontchannel_logout_session_required'] === true,
    tokenClaims: extendedClaims(metadata, realm),
    scopes: registeredScopes(metadata.scope, realm),
    ...(typeof requestObjectAlgorithm === 'string' ? { requestObjectAlgorithm } : {}),
    ...(client.agent === undefined ? {} : { agent: client.agent.id }),
    ...(metadata['default_scopes'] === undefined ? {} : { defaultScopes: textsIn(metadata['default_scopes']) }),
    requiresProofKey: metadata['require_proof_key_for_code_exchange'] === true,
  }
}

function latestExpiry(secrets: readonly StoredSecret[]): EpochSeconds {
  return secrets.some(({ expiresAt }) => expiresAt === 0) ? 0 : Math.max(0, ...secrets.map(({ expiresAt }) => expiresAt))
}

const cibaGrant = 'urn:openid:params:grant-type:ciba'

function pickBehaviour(metadata: ClientMetadata): ClientMetadata {
  const picked = Object.fromEntries(behaviourMembers.flatMap((member) => entryOf(metadata, member)))
  const grants = metadata.grant_types ?? ['authorization_code']
  const answersInFront = grants.includes('authorization_code') || grants.includes('implicit')
  return {
    ...picked,
    ...(metadata.response_types === undefined && !answersInFront ? { response_types: [] } : {}),
    ...(grants.includes(cibaGrant) && picked['backchannel_token_delivery_mode'] === undefined
      ? { backchannel_token_delivery_mode: 'poll' }
      : {}),
  }
}

function entryOf(metadata: ClientMetadata, member: string): [string, unknown][] {
  const value = metadata[member]
  if (value === undefined || (member === 'scope' && value === '')) return []
  if (member === 'request_object_signing_alg' && value === 'none') return []
  // Only a method that signs has an algorithm; left over from another method it would disqualify the client.
  const signs = metadata.token_endpoint_auth_method?.endsWith('_jwt') === true
  if (member === 'token_endpoint_auth_signing_alg' && !signs) return []
  // The engine writes thumbprints into the keys that it is given; the record is not its to write.
  return [[member, member === 'jwks' ? structuredClone(value) : value]]
}

/** A promise that the realm cannot keep any more must not be broken silently, as by plain answers in place of encrypted ones (OIDR-ALG-05). */
function isServable(metadata: ClientMetadata, { capabilities }: Realm): boolean {
  const values = Object.entries(capabilities.values)
  if (values.some(([member, allowed]) => isOutside(metadata[member], allowed))) return false
  return Object.entries(promises).every(([member, isKept]) => isAbsent(metadata[member]) || isKept(capabilities.features))
}

function isOutside(value: unknown, allowed: readonly string[]): boolean {
  return typeof value === 'string' && !allowed.includes(value)
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === false
}

const promises: Readonly<Record<string, (features: Features) => boolean>> = {
  dpop_bound_access_tokens: ({ dPoP }) => dPoP,
  tls_client_certificate_bound_access_tokens: ({ mTLS }) => mTLS,
  require_pushed_authorization_requests: ({ pushedAuthorizationRequests }) => pushedAuthorizationRequests,
  require_signed_request_object: ({ requestObjects, requestUris }) => requestObjects || requestUris,
  id_token_encrypted_response_alg: ({ encryption }) => encryption,
  userinfo_encrypted_response_alg: ({ encryption }) => encryption,
  authorization_encrypted_response_alg: ({ encryption }) => encryption,
  introspection_encrypted_response_alg: ({ encryption }) => encryption,
}

function narrowed(metadata: ClientMetadata, realm: Realm): ClientMetadata {
  const { capabilities } = realm
  const scope = withoutDynamic(registeredScopes(metadata.scope, realm).join(' '), realm)
  const { scope: _registered, ...rest } = metadata
  const types = metadata['authorization_details_types']
  return {
    ...rest,
    ...(scope === '' ? {} : { scope }),
    ...(metadata.grant_types === undefined ? {} : { grant_types: within(metadata.grant_types, capabilities.grantTypes) }),
    ...(metadata.response_types === undefined
      ? {}
      : { response_types: within(metadata.response_types, capabilities.responseTypes) }),
    ...(Array.isArray(types)
      ? { authorization_details_types: types.filter((type) => capabilities.authorizationDetailsTypes.includes(String(type))) }
      : {}),
  }
}

/** Whether a promise that cannot be kept may be registered is the realm's to say; if not, the engine gets to see it and objects. */
function candidateOf(metadata: ClientMetadata, realm: Realm): ClientMetadata {
  const picked = withKnownAcrs(pickBehaviour(metadata), realm)
  return realm.registration.unusableMetadata === 'accept' ? withoutUnbound(picked) : picked
}

function withoutDynamic(scope: string, realm: Realm): string {
  return scope
    .split(' ')
    .filter((word) => !isDynamic(realm, word))
    .join(' ')
}

function within(values: readonly string[], allowed: readonly string[]): readonly string[] {
  const known = new Set(allowed.map(sortedWords))
  return values.filter((value) => known.has(sortedWords(value)))
}

/** The order of the words in a response type means nothing (OAuth 2.0 Multiple Response Types §3). */
function sortedWords(value: string): string {
  return value.split(' ').sort().join(' ')
}
