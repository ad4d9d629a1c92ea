import { errors } from 'oidc-provider'
import { type Context, parameter, runtimeOf } from '../runtime.ts'
import { factsAbout } from '../seam/seam.ts'
import { resourceNamed } from '../tokens/resources.ts'

const tokenType = (name: string) => `urn:ietf:params:oauth:token-type:${name}`

/** RFC 8693 §3, and ID-JAG. Refresh tokens are taken for an identity assertion alone; SAML assertions are neither taken nor given. */
const presentable = ['access_token', 'jwt', 'id_token'] as const
const signInProofs = ['id_token', 'refresh_token'] as const
const issuable = ['access_token', 'jwt', 'id-jag'] as const

export type PresentableType = (typeof presentable)[number]
export type IssuableType = (typeof issuable)[number]

export interface Presented {
  /** The parameter that it came in. */
  readonly name: 'subject_token' | 'actor_token'
  readonly type: PresentableType | 'refresh_token'
  readonly value: string
}

export interface ExchangeRequest {
  readonly subject: Presented
  readonly actor?: Presented
  readonly requested: IssuableType
}

export const exchangeParameters = [
  'subject_token',
  'subject_token_type',
  'actor_token',
  'actor_token_type',
  'requested_token_type',
  'audience',
  'resource',
  'scope',
]

/** RFC 8693 §2.1. */
export function readExchange(ctx: Context): ExchangeRequest {
  const { client } = ctx.oidc
  if (client?.clientAuthMethod === 'none' && !runtimeOf(ctx).realm.tokenExchange.publicClients) {
    throw new errors.UnauthorizedClient('token exchange needs a client that authenticates')
  }
  // Privileges are given to the agent, and not to whoever knows its name.
  if (client?.clientAuthMethod === 'none' && factsAbout(client).agent !== undefined) {
    throw new errors.UnauthorizedClient('an agent has to authenticate')
  }
  const subject = readToken(ctx, 'subject_token', asksForIdentityAssertion(ctx) ? signInProofs : presentable)
  if (subject === undefined) throw new errors.InvalidRequest('subject_token is missing')
  const actor = readToken(ctx, 'actor_token', presentable)
  return { subject, ...(actor === undefined ? {} : { actor }), requested: readRequestedType(ctx) }
}

function readToken(ctx: Context, name: Presented['name'], types: readonly Presented['type'][]): Presented | undefined {
  const value = parameter(ctx, name)
  const given = parameter(ctx, `${name}_type`)
  if (value === undefined && given === undefined) return undefined
  if (value === undefined) throw new errors.InvalidRequest(`${name}_type is of no use without ${name}`)
  return { name, value, type: typeAmong(types, `${name}_type`, given) }
}

function readRequestedType(ctx: Context): IssuableType {
  const given = parameter(ctx, 'requested_token_type')
  return given === undefined ? 'access_token' : typeAmong(issuable, 'requested_token_type', given)
}

function typeAmong<T extends string>(types: readonly T[], name: string, given: string | undefined): T {
  const found = types.find((type) => tokenType(type) === given)
  if (found !== undefined) return found
  throw new errors.InvalidRequest(
    `${name} ${given === undefined ? 'is missing' : 'is not supported'}; it is one of ${types.map(tokenType).join(', ')}`,
  )
}

export function typeName(type: IssuableType): string {
  return tokenType(type)
}

/** Then `audience` is another authorization server, and `resource` something of its own. */
export function asksForIdentityAssertion(ctx: Context): boolean {
  return parameter(ctx, 'requested_token_type') === typeName('id-jag')
}

/** Of a request, the values of `audience` that name no resource: applications, perhaps. */
const otherAudiences = new WeakMap<object, readonly string[]>()

export function otherAudiencesOf(ctx: Context): readonly string[] {
  return otherAudiences.get(ctx.req) ?? []
}

/** Where a token is to be used, by its address or its logical name: both can name a resource of the realm (RFC 8693 §2.1). */
export function takeAudienceAsResource(ctx: Context): void {
  const { params } = ctx.oidc
  const audiences = valuesOf(params?.['audience'])
  const ofResources = audiences.filter((audience) => isOfResource(ctx, audience))
  const named = [...valuesOf(params?.['resource']), ...ofResources]
  otherAudiences.set(
    ctx.req,
    audiences.filter((audience) => !ofResources.includes(audience)),
  )
  if (params !== undefined && named.length > 0) params['resource'] = [...new Set(named)]
}

/** A `client_id` can be a URL: where every URL is a resource, it is an application if the realm lists it as one. */
function isOfResource(ctx: Context, audience: string): boolean {
  const { realm } = runtimeOf(ctx)
  if (resourceNamed(realm, audience) !== undefined) return true
  const { applications } = realm.tokenExchange
  if (applications !== 'any' && applications.includes(audience)) return false
  return realm.unknownResources === 'accept' && URL.canParse(audience)
}

function valuesOf(sent: unknown): readonly string[] {
  return [sent].flat().flatMap((value) => (value === undefined ? [] : [String(value)]))
}
