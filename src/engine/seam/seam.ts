import { timingSafeEqual } from 'node:crypto'
import Provider, { type Configuration, type Client as EngineClient, errors } from 'oidc-provider'
import internals from 'oidc-provider/lib/helpers/weak_cache.js'
import type { EpochSeconds } from '../../registration/index.ts'
import { type ClientFacts, type EngineMetadata, factsMember } from '../clients/projection.ts'
import { sha256 } from '../digest.ts'
import type { EnginePorts } from '../ports.ts'
import { type Context, factsOf, words } from '../runtime.ts'

/**
 * Every cast and every override of `oidc-provider` (its pipelines: `seam-pipelines.ts`). Only `compareClientSecret` is meant to be
 * overridden; `test/engine/seam.test.ts` watches the others, and the package's version is pinned exactly.
 */
export interface SeamHooks {
  readonly vault: EnginePorts['vault']
  readonly now: () => EpochSeconds
  /** `false`: it was used before. One statement, where the engine would look and then write. */
  readonly spendOnce: (client_id: string, id: string, expiresAt: EpochSeconds) => Promise<boolean>
  readonly mtlsIssuer: string | undefined
  /** Called before a client's assertion is verified. */
  readonly expectAssertion: (client: EngineClient | undefined, assertion: unknown) => void
  readonly onUnusableClient: (client_id: string, reason: string) => void
  /** The response type `token` is served. */
  readonly issuesTokenAlone: boolean
  /** Whether a scope is one of those that no list holds. */
  readonly isDynamicScope: (scope: string) => boolean
  readonly isRegisteredFor: (client: ClientFacts, scope: string) => boolean
}

export function createProvider(issuer: string, configuration: Configuration, hooks: SeamHooks): Provider {
  const provider = new Provider(issuer, configuration)
  trustIssuerForScheme(provider)
  buildUrlsFromIssuer(provider, hooks)
  compareStoredSecrets(provider, hooks)
  findServableClients(provider, hooks)
  spendIdentifiersOnce(provider, hooks)
  includeSessionIdForFrontchannelLogout(provider)
  persistKnownSessions(provider)
  keepGrantsWithinRegistration(provider, hooks)
  takeDynamicScopes(provider, hooks)
  judgeNoRedirectUris(provider)
  if (hooks.issuesTokenAlone) issueTokenAlone(provider)
  return provider
}

/** The plain implicit grant (RFC 6749 §4.2), which the engine has all the parts of but takes in no configuration. */
export const tokenAlone = 'token'

function issueTokenAlone(provider: Provider): void {
  const { responseTypes, grantTypes } = internals(provider).configuration
  responseTypes.push(tokenAlone)
  grantTypes.add('implicit')
}

/**
 * The engine knows scopes by its list, and drops all others from requests without a resource. Whether the client may have one is
 * looked at before (`completeAuthorizationRequest`) and after (`keepGrantsWithinRegistration`).
 */
function takeDynamicScopes(provider: Provider, { isDynamicScope }: SeamHooks): void {
  const prototype = provider.OIDCContext.prototype
  const { scopes } = internals(provider).configuration
  Object.defineProperty(prototype, 'requestParamOIDCScopes', {
    get(this: InstanceType<Provider['OIDCContext']>) {
      return new Set([...this.requestParamScopes].filter((scope) => scopes.has(scope) || isDynamicScope(scope)))
    },
  })
}

/**
 * Registration knows the realm's rules: `https` on loopback may do for an access token alone, and plain `http` there for the way
 * back from a logout. Tokens in clear stay refused here as well.
 */
function judgeNoRedirectUris(provider: Provider): void {
  const { prototype } = schemaOf(provider)
  const invalidate = prototype.invalidate
  prototype.invalidate = function invalidateOthers(message, code) {
    if (!isLeftToRegistration(message, code)) invalidate.call(this, message, code)
  }
}

function isLeftToRegistration(message: string, code: string | undefined): boolean {
  return (
    code === 'implicit-forbid-localhost' || (code === 'implicit-force-https' && message.startsWith('post_logout_redirect_uris '))
  )
}

interface ClientSchema {
  readonly prototype: { invalidate(message: string, code?: string): void }
}

function schemaOf(provider: Provider): ClientSchema {
  return (provider.Client as unknown as { readonly Schema: ClientSchema }).Schema
}

interface ClientConstructor {
  new (metadata: EngineMetadata): EngineClient
  find(id: string): Promise<EngineClient | undefined>
}

function clientClass(provider: Provider): ClientConstructor {
  return provider.Client as unknown as ClientConstructor
}

/** The engine's full validation, without storing anything. @throws `errors.InvalidClientMetadata` */
export function validateMetadata(provider: Provider, metadata: EngineMetadata): void {
  ;new (clientClass(provider))(metadata)
}

export function factsAbout(client: EngineClient): ClientFacts {
  return client[factsMember] as ClientFacts
}

/** A proxy may have ended TLS: whether cookies are secure is a matter of the issuer, not of the socket. */
function trustIssuerForScheme(provider: Provider): void {
  const protocol = new URL(provider.issuer).protocol.slice(0, -1)
  Object.defineProperty(provider.request, 'protocol', { get: () => protocol })
}

/** The engine takes the host from the request's `Host`; ours come from configuration alone (SEC-TP-03). */
function buildUrlsFromIssuer(provider: Provider, { expectAssertion, mtlsIssuer }: SeamHooks): void {
  const prototype = provider.OIDCContext.prototype
  prototype.urlFor = function urlFor(name, options) {
    const alias = name === this.route ? factsOf(requestOf(this)).alias : undefined
    return alias ?? provider.urlFor(name, options)
  }
  prototype.clientJwtAuthExpectedAudience = function clientJwtAuthExpectedAudience() {
    // The engine asks this before it verifies, and offers no other moment to look at the assertion.
    expectAssertion(this.client, this.params?.['client_assertion'])
    const endpoints = ['token', this.route].map((name) => provider.urlFor(name))
    const atMtls = mtlsIssuer === undefined ? [] : endpoints.map((url) => url.replace(provider.issuer, mtlsIssuer))
    return new Set([provider.issuer, ...endpoints, ...atMtls, this.urlFor(this.route)])
  }
}

function requestOf(oidc: InstanceType<Provider['OIDCContext']>): Context['req'] {
  return (oidc as unknown as { readonly ctx: Context }).ctx.req
}

/** Several secrets may be valid while a rotation's grace period runs; all are compared, whichever matches. */
function compareStoredSecrets(provider: Provider, { vault }: SeamHooks): void {
  provider.Client.prototype.compareClientSecret = function compareClientSecret(actual) {
    const matches = factsAbout(this).secrets.map(({ digest, sealed }) => {
      if (digest !== undefined) return vault.matches(actual, digest)
      return sealed !== undefined && isSame(vault.open(sealed), actual)
    })
    return usesRegisteredMethod(this) && matches.includes(true)
  }
}

function isSame(a: string, b: string): boolean {
  return timingSafeEqual(Buffer.from(sha256(a)), Buffer.from(sha256(b)))
}

/** The engine takes a secret in header and body alike; the registered method is the only one (RFC 6749 §2.3, OIDR-EFF-03). */
function usesRegisteredMethod(client: EngineClient): boolean {
  const method = Provider.ctx?.oidc.params?.['client_secret'] === undefined ? 'client_secret_basic' : 'client_secret_post'
  return client.tokenEndpointAuthMethod === method
}

const prepared = new WeakSet<EngineClient>()

/** A stored client that the engine does not accept any more is no client; the engine would answer every request with its reason. */
function findServableClients(provider: Provider, hooks: SeamHooks): void {
  const Client = clientClass(provider)
  const find = Client.find.bind(Client)
  Client.find = async function findServable(id) {
    try {
      const client = await find(id)
      if (client !== undefined && !prepared.has(client)) prepare(provider, client, hooks)
      return client
    } catch (error) {
      if (!(error instanceof errors.InvalidClientMetadata)) throw error
      hooks.onUnusableClient(id, error.error_description ?? error.message)
      return undefined
    }
  }
}

function prepare(provider: Provider, client: EngineClient, { vault }: SeamHooks): void {
  prepared.add(client)
  // The engine lets a client without `scope` ask for any; ours may have none. A blank is true, and names no scope.
  if (client.scope === undefined) Object.assign(client, { scope: ' ' })
  const [, ...older] = factsAbout(client).secrets.flatMap(({ sealed }) => (sealed === undefined ? [] : [vault.open(sealed)]))
  for (const secret of older) addSymmetricKeys(provider, client, secret)
}

interface SymmetricKeys extends Iterable<object> {
  add(key: object): void
}

/** The engine knows one secret per client; its older ones verify too, until they expire. The newest stays first, and signs. */
function addSymmetricKeys(provider: Provider, client: EngineClient, secret: string): void {
  const metadata = { ...client.metadata(), client_secret: secret }
  const older = new (clientClass(provider))(metadata)
  const keys = client['symmetricKeyStore'] as SymmetricKeys
  for (const key of older['symmetricKeyStore'] as SymmetricKeys) keys.add(key)
}

/** DPoP proofs and client assertions: one statement decides, so that of two racing requests one loses. */
function spendIdentifiersOnce(provider: Provider, { spendOnce }: SeamHooks): void {
  provider.ReplayDetection.unique = (client_id, jti, exp) => spendOnce(client_id, `${client_id} ${jti}`, exp)
}

/** A device form that comes without a session makes the engine persist one that was never saved: a fault where the form is at fault. */
function persistKnownSessions(provider: Provider): void {
  const persist = provider.Session.prototype.persist
  provider.Session.prototype.persist = async function persistKnown() {
    return typeof this.exp === 'number' ? persist.call(this) : this.jti
  }
}

/** The engine knows of back-channel logout only (OpenID Connect Front-Channel Logout 1.0 §2). */
function includeSessionIdForFrontchannelLogout(provider: Provider): void {
  const includeSid = provider.Client.prototype.includeSid
  provider.Client.prototype.includeSid = function includesSid() {
    return includeSid.call(this) || factsAbout(this).frontchannelLogoutSessionRequired
  }
}

/** As the engine does when a sign-in page has done its work; a session that was there before gets another identifier. */
export function logIn(
  { oidc }: Context,
  login: { readonly accountId: string; readonly amr: string[]; readonly acr?: string; readonly remember: boolean },
): void {
  const session = oidc.session as (typeof oidc.session & { readonly new?: true }) | undefined
  const { remember, ...about } = login
  session?.loginAccount({ ...about, transient: !remember })
  if (session?.new !== true) session?.resetIdentifier()
  Object.assign(oidc, { result: { login } })
}

/** A client may be registered for less than it was when a person granted it more: what is issued and told now keeps to that (RFC 7592 §2.2). */
function keepGrantsWithinRegistration(provider: Provider, { isRegisteredFor }: SeamHooks): void {
  const filterGranted = provider.Grant.prototype.getOIDCScopeFiltered
  provider.Grant.prototype.getOIDCScopeFiltered = function filterRegistered(filter) {
    const client = Provider.ctx?.oidc.client
    const granted = words(filterGranted.call(this, filter))
    return (client === undefined ? granted : granted.filter((scope) => isRegisteredFor(factsAbout(client), scope))).join(' ')
  }
}
