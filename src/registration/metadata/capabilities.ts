import type { Capabilities, Features } from '../realm.ts'
import {
  canonicalResponseType,
  cibaGrant,
  deviceCodeGrant,
  findGrantType,
  grantsOfResponseType,
  isServedResponseType,
} from './grant-types.ts'

/** A realm's abilities as an operator thinks of them; what is left out has the safe default named here. */
export interface CapabilityOptions {
  readonly features: Features
  /** Kept as far as the features and response types make them usable. `password` is never served (RFC 9700 §2.4). */
  readonly grantTypes: readonly string[]
  /** Words in any order; kept as far as their grant types are served. */
  readonly responseTypes: readonly string[]
  /** Default: OpenID Connect Dynamic Client Registration §2, where `code id_token` needs the grant `implicit` too. */
  readonly hybridWithoutImplicit?: boolean
  /** In order of preference. The certificate methods need the feature `mTLS`. */
  readonly authMethods: readonly string[]
  /** What the realm signs with: ID tokens, userinfo, introspection, authorization responses. HS* may be among them. */
  readonly signingAlgorithms: readonly string[]
  /** What clients may sign with: assertions and request objects. Default: every asymmetric one that is not broken. */
  readonly clientSigningAlgorithms?: readonly string[]
  /** Request objects may come with `alg` none (OpenID Connect Core §6.1). Default: no. */
  readonly unsignedRequestObjects?: boolean
  /** How content encryption keys reach a client. Default: RSA-OAEP and ECDH-ES; never `RSA1_5` (OIDR-ALG-06). */
  readonly encryptionAlgorithms?: readonly string[]
  readonly contentEncryptions?: readonly string[]
  /** Default: `public` and `pairwise`. */
  readonly subjectTypes?: readonly string[]
  /** Default: `poll`. */
  readonly cibaDeliveryModes?: readonly string[]
  /** Default: none. They need the feature `richAuthorizationRequests`. */
  readonly authorizationDetailsTypes?: readonly string[]
}

/** What follows from those abilities for every member: one source for discovery, registration and engine (OIDR-DISC-11). */
export function capabilitiesOf(options: CapabilityOptions): Capabilities {
  const { features, authorizationDetailsTypes = [], clientSigningAlgorithms = asymmetricAlgorithms } = options
  return {
    ...servedFlows(options),
    values: Object.fromEntries(Object.entries(memberValues(options)).filter(([, values]) => values.length > 0)),
    authorizationDetailsTypes: features.richAuthorizationRequests ? authorizationDetailsTypes : [],
    clientSigningAlgorithms,
    features,
  }
}

const asymmetricAlgorithms = ['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519', 'PS256', 'PS384', 'PS512', 'RS256', 'RS384', 'RS512']
const macAlgorithms = ['HS256', 'HS384', 'HS512']
const keyAlgorithms = [
  'RSA-OAEP',
  'RSA-OAEP-256',
  'RSA-OAEP-384',
  'RSA-OAEP-512',
  'ECDH-ES',
  'ECDH-ES+A128KW',
  'ECDH-ES+A192KW',
  'ECDH-ES+A256KW',
]
const contentAlgorithms = ['A128CBC-HS256', 'A192CBC-HS384', 'A256CBC-HS512', 'A128GCM', 'A192GCM', 'A256GCM']

function servedFlows({
  features,
  grantTypes,
  responseTypes,
  hybridWithoutImplicit = false,
}: CapabilityOptions): Pick<Capabilities, 'grantTypes' | 'responseTypes' | 'hybridWithoutImplicit'> {
  const possible = grantTypes.filter((grant) => findGrantType(grant) !== undefined && isSwitchedOn(grant, features))
  const canonical = [...new Set(responseTypes.map(canonicalResponseType))]
  const served = canonical.filter((response) =>
    isServedResponseType(response, {
      grantTypes: possible,
      responseTypes: canonical,
      values: {},
      authorizationDetailsTypes: [],
      clientSigningAlgorithms: [],
      hybridWithoutImplicit,
      features,
    }),
  )
  const used = new Set(served.flatMap((response) => grantsOfResponseType(response)))
  return {
    ...(hybridWithoutImplicit ? { hybridWithoutImplicit } : {}),
    grantTypes: possible.filter((grant) => findGrantType(grant)?.responseWords.length === 0 || used.has(grant)),
    responseTypes: served,
  }
}

function isSwitchedOn(grant: string, features: Features): boolean {
  if (grant === deviceCodeGrant) return features.deviceFlow
  return grant !== cibaGrant || features.ciba
}

function memberValues(options: CapabilityOptions): Readonly<Record<string, readonly string[]>> {
  const { features, signingAlgorithms, clientSigningAlgorithms = asymmetricAlgorithms } = options
  const methods = options.authMethods.filter((method) => features.mTLS || !method.includes('tls_client_auth'))
  const requestAlgorithms = features.requestObjects ? clientSigningAlgorithms : []
  return {
    application_type: ['web', 'native'],
    subject_type: options.subjectTypes ?? ['public', 'pairwise'],
    token_endpoint_auth_method: methods,
    token_endpoint_auth_signing_alg: [
      ...(methods.includes('private_key_jwt') ? clientSigningAlgorithms : []),
      ...(methods.includes('client_secret_jwt') ? macAlgorithms : []),
    ],
    id_token_signed_response_alg: signingAlgorithms,
    userinfo_signed_response_alg: signingAlgorithms,
    introspection_signed_response_alg: features.introspection ? signingAlgorithms : [],
    authorization_signed_response_alg: features.jwtResponseModes ? signingAlgorithms : [],
    request_object_signing_alg: [
      ...requestAlgorithms,
      ...(options.unsignedRequestObjects === true && features.requestObjects ? ['none'] : []),
    ],
    backchannel_authentication_request_signing_alg: features.ciba
      ? requestAlgorithms.filter((alg) => asymmetricAlgorithms.includes(alg))
      : [],
    backchannel_token_delivery_mode: features.ciba ? (options.cibaDeliveryModes ?? ['poll']) : [],
    ...encryptionValues('id_token_encrypted_response', true, options),
    ...encryptionValues('userinfo_encrypted_response', true, options),
    ...encryptionValues('introspection_encrypted_response', features.introspection, options),
    ...encryptionValues('authorization_encrypted_response', features.jwtResponseModes, options),
    ...encryptionValues('request_object_encryption', features.requestObjects, options),
  }
}

function encryptionValues(
  prefix: string,
  isServed: boolean,
  options: CapabilityOptions,
): Readonly<Record<string, readonly string[]>> {
  if (!isServed || !options.features.encryption) return {}
  const { encryptionAlgorithms = keyAlgorithms, contentEncryptions = contentAlgorithms } = options
  return {
    [`${prefix}_alg`]: encryptionAlgorithms.filter((alg) => alg !== 'RSA1_5'),
    [`${prefix}_enc`]: contentEncryptions,
  }
}
