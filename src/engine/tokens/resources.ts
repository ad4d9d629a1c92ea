import { type Client, type Configuration, errors } from 'oidc-provider'
import { canonicalResource, lowerCasedResource, type ProtectedResource, type Realm } from '../../registration/index.ts'
import { type Context, runtimeOf, words } from '../runtime.ts'
import { hasScope, isDynamic, resourceScopes } from '../scopes.ts'
import { factsAbout } from '../seam/seam.ts'
import { findResource } from './find-resource.ts'
import { refuseUnbound } from './refuse-unbound.ts'

type ResourceIndicators = NonNullable<NonNullable<Configuration['features']>['resourceIndicators']>

/** RFC 8707. A token is for one resource, and carries no scope that the client was not registered for. */
export function resourceIndicators(realm: Realm): ResourceIndicators {
  return {
    enabled: true,
    defaultResource(ctx, _client, oneOf) {
      // Of several that were granted, the token request has to name one.
      if (oneOf !== undefined) return (oneOf.length === 1 ? oneOf[0] : oneOf) as string
      const { defaultResource } = realm
      // The engine's types do not know that none is a possible answer.
      if (defaultResource === undefined || !isDefaulted(ctx, realm)) return undefined as unknown as string
      return canonicalResource(findResource(realm, defaultResource)?.identifier ?? defaultResource)
    },
    useGrantedResource: () => true,
    getResourceServerInfo(ctx, indicator, client) {
      const resource = findResource(realm, indicator) ?? unknownResource(ctx, realm, indicator)
      refuseUnbound(ctx, resource, client)
      return {
        audience: resource.identifier,
        scope: scopesAt(ctx, resource, client).join(' '),
        accessTokenFormat: resource.accessTokenFormat,
        accessTokenTTL: resource.accessTokenLifetimeSeconds ?? realm.tokens.accessTokenLifetimeSeconds,
        jwt: {
          sign: { alg: (resource.accessTokenSigningAlgorithm ?? realm.tokens.accessTokenSigningAlgorithm) as 'ES256' },
        },
      }
    },
  }
}

/** Whether a request that names no resource is for the default one. */
function isDefaulted(ctx: Context, realm: Realm): boolean {
  const { params } = ctx.oidc
  if (params?.['grant_type'] === 'client_credentials' || params?.['authorization_details'] !== undefined) return true
  return realm.resourceIndicator === 'defaulted' && ctx.oidc.route !== 'token' && asksOfDefault(realm, words(params?.['scope']))
}

/** What a sign-in asks for is about the person, and userinfo takes no token that was made for somebody else. */
const scopesOfSignIn = ['openid', 'offline_access', 'profile', 'email', 'address', 'phone']

function asksOfDefault(realm: Realm, requested: readonly string[]): boolean {
  const offered = findResource(realm, realm.defaultResource ?? '')?.scopes
  if (offered === undefined) return requested.some((scope) => !scopesOfSignIn.includes(scope))
  const ofGroups = realm.scopeGroups.filter(({ scopes }) => scopes.some((scope) => offered.includes(scope)))
  return requested.some((scope) => hasScope(realm, offered, scope) || ofGroups.some(({ name }) => name === scope))
}

/** @throws InvalidTarget where the realm wants to be told and was not (RFC 8707 §2). */
export function requireResource(ctx: Context): void {
  const { realm } = runtimeOf(ctx)
  const named = [ctx.oidc.params?.['resource'] ?? []].flat()
  if (realm.resourceIndicator !== 'required' || named.length > 0) return
  throw new errors.InvalidTarget('resource is missing; name the resource that the token is for')
}

/** The client's scopes at the resource. Values of dynamic scopes have no list, and come from what this request is about. */
function scopesAt(ctx: Context, { scopes: offered }: ProtectedResource, client: Client): readonly string[] {
  const { realm } = runtimeOf(ctx)
  const groups = realm.scopeGroups.filter(({ scopes }) => scopes.length > 0 && scopes.every((scope) => offered.includes(scope)))
  const values = wordsAtHand(ctx).filter((word) => isDynamic(realm, word) && hasScope(realm, offered, word))
  const { scopes } = factsAbout(client)
  return [...new Set([...offered, ...groups.map(({ name }) => name), ...values])].filter((scope) =>
    hasScope(realm, scopes, scope),
  )
}

/** The scopes of the request, and of the code or token that it brings. */
function wordsAtHand({ oidc: { params, entities } }: Context): readonly string[] {
  const brought = Object.values(entities).map((entity) => (entity as { readonly scope?: unknown } | undefined)?.scope)
  return [params?.['scope'], ...brought].flatMap(words)
}

function unknownResource(ctx: Context, realm: Realm, indicator: string): ProtectedResource {
  if (realm.unknownResources === 'refuse') throw new errors.InvalidTarget('the resource is not known here')
  const identifier = spellings(ctx).get(indicator) ?? indicator
  return { id: '', identifier, scopes: resourceScopes(realm), accessTokenFormat: 'jwt' }
}

/** What the realm calls a resource; `undefined`: it is none, or one that nobody has configured. */
export function resourceNamed(realm: Realm, value: string): string | undefined {
  const indicator = canonicalResource(value)
  return realm.resources.find(({ identifier }) => canonicalResource(identifier) === indicator)?.identifier
}

/** Puts every `resource` of the request into the form by which resources are compared, here and at the token endpoint. */
export function canonicaliseResources(ctx: Context): void {
  const params = ctx.oidc.params
  const sent = params?.['resource']
  if (params === undefined || sent === undefined) return
  const canonical = (Array.isArray(sent) ? sent : [sent]).map((value) => remember(ctx, String(value)))
  params['resource'] = Array.isArray(sent) ? [...new Set(canonical)] : canonical[0]
}

/** As the `resource` of a request is written by the time that anybody compares it. */
export function comparableResource(realm: Realm, value: string): string {
  return canonicalResource(findResource(realm, value)?.identifier ?? value)
}

const sentSpellings = new WeakMap<object, Map<string, string>>()

/** With or without the lone slash: the audience of an unconfigured resource is spelled as its client spells it. */
function spellings(ctx: Context): Map<string, string> {
  const known = sentSpellings.get(ctx.req) ?? new Map<string, string>()
  sentSpellings.set(ctx.req, known)
  return known
}

/** An alias and the identifier are one resource: what was granted under either is good for both. */
function remember(ctx: Context, value: string): string {
  const canonical = comparableResource(runtimeOf(ctx).realm, value)
  spellings(ctx).set(canonical, lowerCasedResource(value))
  return canonical
}
