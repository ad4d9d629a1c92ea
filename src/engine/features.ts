import type { Configuration } from 'oidc-provider'
import type { Realm } from '../registration/index.ts'
import { checkClaimsParameter } from './authorization/acr.ts'
import { richAuthorizationRequests } from './authorization/authorization-details.ts'
import { ciba } from './authorization/ciba.ts'
import { deviceFlow } from './authorization/device-flow.ts'
import { checkRequestObjectClaims, fapi } from './authorization/fapi.ts'
import { rpInitiatedLogout } from './authorization/logout.ts'
import { mutualTls } from './clients/client-certificates.ts'
import type { ClientKeys } from './clients/client-keys.ts'
import type { EnginePorts } from './ports.ts'
import { resourceIndicators } from './tokens/resources.ts'
import { mayIntrospect, mayRevoke } from './tokens/token-inspection.ts'

const dpopSecretBytes = 32

/** The realm's capabilities as switches of the engine. Registration is ours, and its own stays off. */
export function features(realm: Realm, ports: EnginePorts, clientKeys: ClientKeys): NonNullable<Configuration['features']> {
  const { features: on, grantTypes, values } = realm.capabilities
  return {
    backchannelLogout: { enabled: on.backchannelLogout },
    ciba: ciba(realm),
    claimsParameter: { enabled: true, assertClaimsParameter: (_ctx, claims) => checkClaimsParameter({ ...claims }, realm) },
    clientCredentials: { enabled: grantTypes.includes('client_credentials') },
    deviceFlow: deviceFlow(realm),
    devInteractions: { enabled: false },
    dPoP: {
      enabled: on.dPoP,
      nonceSecret: Buffer.from(ports.derivedKey('dpop-nonce', dpopSecretBytes)),
      requireNonce: () => false,
      allowReplay: false,
    },
    encryption: { enabled: on.encryption },
    ...fapi(realm),
    introspection: { enabled: on.introspection, allowedPolicy: mayIntrospect },
    jwtIntrospection: { enabled: on.introspection && (values['introspection_signed_response_alg'] ?? []).length > 0 },
    jwtResponseModes: { enabled: on.jwtResponseModes },
    jwtUserinfo: { enabled: (values['userinfo_signed_response_alg'] ?? []).length > 0 },
    mTLS: mutualTls(realm, ports),
    pushedAuthorizationRequests: { enabled: on.pushedAuthorizationRequests, allowUnregisteredRedirectUris: false },
    registration: { enabled: false },
    requestObjects: {
      // By reference needs the same machinery; `resolveRequestUri` refuses what the realm does not offer.
      enabled: on.requestObjects || on.requestUris,
      assertJwtClaimsAndHeader(ctx, claims, _header, client) {
        checkRequestObjectClaims(ctx, claims, realm)
        clientKeys.expect(client, ctx.oidc.params?.['request'])
      },
    },
    resourceIndicators: resourceIndicators(realm),
    revocation: { enabled: on.revocation, allowedPolicy: mayRevoke },
    richAuthorizationRequests: richAuthorizationRequests(realm),
    rpInitiatedLogout: rpInitiatedLogout(realm),
    userinfo: { enabled: true },
    // The engine's type joins every combination of features; which ones are on is known here at run time only.
  } as NonNullable<Configuration['features']>
}
