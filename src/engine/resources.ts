import { type Client, type Configuration, errors } from 'oidc-provider'
import type { Realm, ResourceServer } from '../registration/index.ts'
import { type Context, runtimeOf, words } from './runtime.ts'
import { hasScope, isDynamic, listedScopes } from './scopes.ts'
import { factsAbout } from './seam.ts'

type ResourceIndicators = NonNullable<NonNullable<Configuration['features']>['resourceIndicators']>

/** RFC 8707. A token is for one resource, and carries no scope that the client was not registered for. */
export function resourceIndicators(realm: Realm): ResourceIndicators {
  return {
    enabled: true,
    defaultResource(ctx, _client, oneOf) {
      if (oneOf !== undefined) return oneOf
      const isAsked =
        ctx.oidc.params?.['grant_type'] === 'client_credentials' || ctx.oidc.params?.['authorization_details'] !== undefined
      // The engine's types do not know that none is a possible answer.
      return (isAsked && realm.defaultResource !== undefined ? canonicalResource(realm.defaultResource) : undefined) as string
    },
    useGrantedResource: () => true,
    getResourceServerInfo(ctx, indicator, client) {
      const configured = realm.resources.find(({ identifier }) => canonicalResource(identifier) === indicator)
      const resource = configured ?? unknownResource(ctx, realm, indicator)
      return {
        audience: resource.identifier,
        scope: scopesAt(ctx, resource, client).join(' '),
        accessTokenFormat: resource.accessTokenFormat,
        accessTokenTTL: resource.accessTokenLifetimeSeconds ?? realm.tokens.accessTokenLifetimeSeconds,
        jwt: { sign: { alg: realm.tokens.accessTokenSigningAlgorithm as 'ES256' } },
      }
    },
  }
}

/** The client's scopes at the resource. Values of dynamic scopes have no list, and come from what this request is about. */
function scopesAt(ctx: Context, { scopes: offered }: ResourceServer, client: Client): readonly string[] {
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

function unknownResource(ctx: Context, realm: Realm, indicator: string): ResourceServer {
  if (realm.unknownResources === 'refuse') throw new errors.InvalidTarget('the resource is not known here')
  const names = [...listedScopes(realm), ...realm.scopes.map(({ name }) => name)]
  const scopes = [...new Set(names)].filter((scope) => scope !== 'openid' && scope !== 'offline_access')
  return { identifier: spellings(ctx).get(indicator) ?? indicator, scopes, accessTokenFormat: 'jwt' }
}

/** Puts every `resource` of the request into the form by which resources are compared, here and at the token endpoint. */
export function canonicaliseResources(ctx: Context): void {
  const params = ctx.oidc.params
  const sent = params?.['resource']
  if (params === undefined || sent === undefined) return
  const canonical = (Array.isArray(sent) ? sent : [sent]).map((value) => remember(ctx, String(value)))
  params['resource'] = Array.isArray(sent) ? [...new Set(canonical)] : canonical[0]
}

/** Lower-case scheme and host, no default port, and no slash that stands alone; anything else is exact (MCP-AUTH-09). */
function canonicalResource(value: string): string {
  const spelled = lowerCased(value)
  return spelled.replace(/^([a-z][a-z0-9+.-]*:\/\/[^/?#]+)\/$/, '$1')
}

function lowerCased(value: string): string {
  const url = URL.parse(value)
  if (url === null || url.host === '' || value.includes('#')) return value
  const rest = /^[^:]+:\/\/[^/?#]*(.*)$/.exec(value)?.[1] ?? ''
  return `${url.protocol}//${url.host}${rest}`
}

const sentSpellings = new WeakMap<object, Map<string, string>>()

/** With or without the lone slash: the audience of an unconfigured resource is spelled as its client spells it. */
function spellings(ctx: Context): Map<string, string> {
  const known = sentSpellings.get(ctx.req) ?? new Map<string, string>()
  sentSpellings.set(ctx.req, known)
  return known
}

function remember(ctx: Context, value: string): string {
  const canonical = canonicalResource(value)
  spellings(ctx).set(canonical, lowerCased(value))
  return canonical
}
