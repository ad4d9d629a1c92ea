import type { Provider } from 'oidc-provider'
import { type Features, type JsonObject, jwtBearerGrant, type Realm, tokenExchangeGrant } from '../registration/index.ts'
import { acrValues } from './authorization/acr.ts'
import { claimsByScope } from './claims/claims.ts'
import { commonScopes } from './scopes.ts'
import { dpopAlgorithms } from './tokens/dpop-proof.ts'

type Member = string | boolean | readonly string[] | JsonObject | undefined
type Members = Readonly<Record<string, Member>>

/**
 * OpenID Connect Discovery §3 and RFC 8414 §2 in one document, made from the realm's capabilities alone: the same source by which
 * registration accepts and the engine serves (OIDR-DISC-11).
 */
/** Where client certificates are asked for; `undefined`: nowhere, or where everything else is. */
export function mtlsIssuerOf({ capabilities, mtlsIssuer }: Realm): string | undefined {
  return capabilities.features.mTLS ? mtlsIssuer : undefined
}

export function metadataOf(realm: Realm, provider: Provider, mtlsIssuer: string | undefined): JsonObject {
  const endpoints = endpointsOf(realm, provider)
  const members: Members = {
    issuer: realm.issuer,
    ...endpoints,
    ...supportedLists(realm),
    ...algorithmLists(realm),
    ...featureMembers(realm),
    mtls_endpoint_aliases: mtlsIssuer === undefined ? undefined : aliasesOf(endpoints, realm.issuer, mtlsIssuer),
  }
  // Discovery §4.2: what has no elements is left out.
  const present = Object.entries(members).filter(
    ([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0),
  )
  return Object.fromEntries(present) as JsonObject
}

function endpointsOf(realm: Realm, provider: Provider): Members {
  const { features } = realm.capabilities
  const when = (isServed: boolean, name: string) => (isServed ? provider.urlFor(name) : undefined)
  return {
    authorization_endpoint: provider.urlFor('authorization'),
    token_endpoint: provider.urlFor('token'),
    jwks_uri: provider.urlFor('jwks'),
    registration_endpoint: realm.registrationActive ? `${realm.issuer}/register` : undefined,
    userinfo_endpoint: provider.urlFor('userinfo'),
    introspection_endpoint: when(features.introspection, 'introspection'),
    revocation_endpoint: when(features.revocation, 'revocation'),
    pushed_authorization_request_endpoint: when(features.pushedAuthorizationRequests, 'pushed_authorization_request'),
    device_authorization_endpoint: when(features.deviceFlow, 'device_authorization'),
    backchannel_authentication_endpoint: when(features.ciba, 'backchannel_authentication'),
    end_session_endpoint: when(features.rpInitiatedLogout, 'end_session'),
  }
}

/** RFC 8705 §5: those that a client calls itself, at the listener that asks for certificates. */
const calledByClients = [
  'token_endpoint',
  'introspection_endpoint',
  'revocation_endpoint',
  'pushed_authorization_request_endpoint',
  'device_authorization_endpoint',
  'backchannel_authentication_endpoint',
  'userinfo_endpoint',
  // Those who let nobody in without a certificate need it here too (OFBR-01).
  'registration_endpoint',
]

function aliasesOf(endpoints: Members, issuer: string, mtlsIssuer: string): JsonObject {
  const called = Object.entries(endpoints).filter(([name]) => calledByClients.includes(name))
  return Object.fromEntries(
    called.flatMap(([name, url]) => (typeof url === 'string' ? [[name, url.replace(issuer, mtlsIssuer)]] : [])),
  )
}

function supportedLists(realm: Realm): Members {
  const { capabilities } = realm
  const { openid: _subject, ...byScope } = claimsByScope(realm)
  const claims = Object.entries(byScope).flatMap(([name, value]) => (Array.isArray(value) ? value.map(String) : [name]))
  const jarm = ['jwt', 'query.jwt', 'fragment.jwt', 'form_post.jwt']
  return {
    scopes_supported: commonScopes(realm),
    response_types_supported: capabilities.responseTypes,
    response_modes_supported: [
      ...(answersInQuery(realm) ? ['query'] : []),
      ...['fragment', 'form_post', ...(capabilities.features.jwtResponseModes ? jarm : [])],
    ],
    grant_types_supported: capabilities.grantTypes,
    acr_values_supported: acrValues(realm),
    subject_types_supported: capabilities.values['subject_type'] ?? ['public'],
    claims_supported: ['sub', ...claims],
    code_challenge_methods_supported: ['S256'],
    authorization_details_types_supported: capabilities.features.richAuthorizationRequests
      ? capabilities.authorizationDetailsTypes
      : undefined,
    ...assertionLists(realm),
    protected_resources: realm.resources.map(({ identifier }) => identifier),
  }
}

/** ID-JAG, Authorization Server Metadata: that there is trust, and not whom in. */
function assertionLists({ capabilities: { grantTypes }, assertionIssuers, assertionAudiences }: Realm): Members {
  const takes = grantTypes.includes(jwtBearerGrant) && assertionIssuers.some(({ uses }) => uses.includes('id-jag'))
  const gives = grantTypes.includes(tokenExchangeGrant) && assertionAudiences.length > 0
  return {
    authorization_grant_profiles_supported: takes ? ['urn:ietf:params:oauth:grant-profile:id-jag'] : [],
    identity_chaining_requested_token_types_supported: gives ? ['urn:ietf:params:oauth:token-type:id-jag'] : [],
  }
}

/** Tokens never stand in a query, and by FAPI 1.0 no code does that is not signed. */
function answersInQuery({ capabilities, messageRules }: Realm): boolean {
  return messageRules !== 'fapi1' && capabilities.responseTypes.some((type) => type === 'code' || type === 'none')
}

function algorithmLists(realm: Realm): Members {
  const { capabilities } = realm
  const { features, values } = capabilities
  const listed = (member: string, isServed = true) => (isServed ? values[member] : undefined)
  const { encryption, jwtResponseModes: jarm } = features
  const jar = features.requestObjects || features.requestUris
  const methods = { methods: values['token_endpoint_auth_method'], algorithms: values['token_endpoint_auth_signing_alg'] }
  return {
    ...authenticationLists('token', true, methods),
    ...authenticationLists('introspection', features.introspection, methods),
    ...authenticationLists('revocation', features.revocation, methods),
    id_token_signing_alg_values_supported: listed('id_token_signed_response_alg'),
    id_token_encryption_alg_values_supported: listed('id_token_encrypted_response_alg', encryption),
    id_token_encryption_enc_values_supported: listed('id_token_encrypted_response_enc', encryption),
    userinfo_signing_alg_values_supported: listed('userinfo_signed_response_alg'),
    userinfo_encryption_alg_values_supported: listed('userinfo_encrypted_response_alg', encryption),
    userinfo_encryption_enc_values_supported: listed('userinfo_encrypted_response_enc', encryption),
    request_object_signing_alg_values_supported: listed('request_object_signing_alg', jar),
    request_object_encryption_alg_values_supported: listed('request_object_encryption_alg', jar && encryption),
    request_object_encryption_enc_values_supported: listed('request_object_encryption_enc', jar && encryption),
    introspection_signing_alg_values_supported: listed('introspection_signed_response_alg', features.introspection),
    introspection_encryption_alg_values_supported: listed(
      'introspection_encrypted_response_alg',
      features.introspection && encryption,
    ),
    introspection_encryption_enc_values_supported: listed(
      'introspection_encrypted_response_enc',
      features.introspection && encryption,
    ),
    authorization_signing_alg_values_supported: listed('authorization_signed_response_alg', jarm),
    authorization_encryption_alg_values_supported: listed('authorization_encrypted_response_alg', jarm && encryption),
    authorization_encryption_enc_values_supported: listed('authorization_encrypted_response_enc', jarm && encryption),
    dpop_signing_alg_values_supported: features.dPoP ? dpopAlgorithms(realm) : undefined,
  }
}

interface AuthenticationLists {
  readonly methods: readonly string[] | undefined
  readonly algorithms: readonly string[] | undefined
}

function authenticationLists(endpoint: string, isServed: boolean, { methods, algorithms }: AuthenticationLists): Members {
  if (!isServed) return {}
  return {
    [`${endpoint}_endpoint_auth_methods_supported`]: methods,
    [`${endpoint}_endpoint_auth_signing_alg_values_supported`]: algorithms,
  }
}

function featureMembers({ capabilities: { features, values }, requirements }: Realm): Members {
  return {
    require_pushed_authorization_requests: requirements.pushedAuthorizationRequests ? true : undefined,
    require_signed_request_object: requirements.signedRequestObjects ? true : undefined,
    authorization_response_iss_parameter_supported: true,
    claims_parameter_supported: true,
    request_parameter_supported: features.requestObjects,
    request_uri_parameter_supported: features.requestUris,
    require_request_uri_registration: features.requestUris ? true : undefined,
    tls_client_certificate_bound_access_tokens: features.mTLS ? true : undefined,
    ...logoutMembers(features),
    ...(features.ciba ? cibaMembers(features, values['backchannel_authentication_request_signing_alg']) : {}),
  }
}

function logoutMembers({ backchannelLogout, frontchannelLogout }: Features): Members {
  return {
    ...(backchannelLogout ? { backchannel_logout_supported: true, backchannel_logout_session_supported: true } : {}),
    ...(frontchannelLogout ? { frontchannel_logout_supported: true, frontchannel_logout_session_supported: true } : {}),
  }
}

function cibaMembers({ requestObjects }: Features, algorithms: readonly string[] | undefined): Members {
  return {
    backchannel_token_delivery_modes_supported: ['poll'],
    backchannel_user_code_parameter_supported: false,
    backchannel_authentication_request_signing_alg_values_supported: requestObjects ? algorithms : undefined,
  }
}
