import { isDeepStrictEqual } from 'node:util'
import { type AuthorizationDetail, type Configuration, errors } from 'oidc-provider'
import type { Realm } from '../../registration/index.ts'
import { type Context, parameter } from '../runtime.ts'

type RichAuthorizationRequests = NonNullable<NonNullable<Configuration['features']>['richAuthorizationRequests']>

/** RFC 9396. What a detail means is for the resource server; here it is asked for, consented to, and never widened. */
export function richAuthorizationRequests(realm: Realm): RichAuthorizationRequests {
  const { authorizationDetailsTypes, features } = realm.capabilities
  return {
    enabled: features.richAuthorizationRequests,
    types: Object.fromEntries(authorizationDetailsTypes.map((type) => [type, { validate: () => undefined }])),
    authorizationDetailsForGrantSource: (ctx) => requested(ctx) ?? ctx.oidc.grant?.rar,
    authorizationDetailsForAccessToken(ctx, _token, source) {
      const asked = requested(ctx)
      if (source === undefined || asked === undefined) return asked ?? source?.rar
      const granted = source.rar ?? []
      if (asked.every((detail) => granted.some((known) => isDeepStrictEqual(known, detail)))) return asked
      throw new errors.InvalidAuthorizationDetails('authorization_details go beyond what was granted (RFC 9396 §6)')
    },
    authorizationDetailsForIntrospection: (_ctx, token) => token.rar,
  } as RichAuthorizationRequests
}

function requested(ctx: Context): AuthorizationDetail[] | undefined {
  const value = parameter(ctx, 'authorization_details')
  return value === undefined ? undefined : JSON.parse(value)
}
