import { errors } from 'oidc-provider'
import { type Context, parameter, runtimeOf } from './runtime.ts'

const tokenType = (name: string) => `urn:ietf:params:oauth:token-type:${name}`

/** RFC 8693 §3. Refresh tokens and SAML assertions are neither taken nor given. */
const presentable = ['access_token', 'jwt', 'id_token'] as const
const issuable = ['access_token', 'jwt'] as const

export type PresentableType = (typeof presentable)[number]
export type IssuableType = (typeof issuable)[number]

export interface Presented {
  /** The parameter that it came in. */
  readonly name: 'subject_token' | 'actor_token'
  readonly type: PresentableType
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
  const subject = readToken(ctx, 'subject_token')
  if (subject === undefined) throw new errors.InvalidRequest('subject_token is missing')
  const actor = readToken(ctx, 'actor_token')
  return { subject, ...(actor === undefined ? {} : { actor }), requested: readRequestedType(ctx) }
}

function readToken(ctx: Context, name: Presented['name']): Presented | undefined {
  const value = parameter(ctx, name)
  const given = parameter(ctx, `${name}_type`)
  if (value === undefined && given === undefined) return undefined
  if (value === undefined) throw new errors.InvalidRequest(`${name}_type is of no use without ${name}`)
  return { name, value, type: typeAmong(presentable, `${name}_type`, given) }
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

/** Where a token is to be used, by its address or its logical name: both name a resource of the realm (RFC 8693 §2.1). */
export function takeAudienceAsResource(ctx: Context): void {
  const { params } = ctx.oidc
  const named = [params?.['resource'], params?.['audience']].flat().filter((value) => value !== undefined)
  if (params !== undefined && named.length > 0) params['resource'] = [...new Set(named.map(String))]
}
