import type { Features } from '../realm.ts'

/**
 * One member of the registry of client metadata (RFC 7591 §4.1), as far as reading it goes. `choices` is its partner of RP
 * Metadata Choices 1.0; `uri` says which hygiene its addresses are subject to.
 */
export interface Member {
  readonly type: 'string' | 'scope' | 'statement' | 'uri' | 'string-array' | 'uri-array' | 'boolean' | 'integer' | 'object'
  /** `switch`: leaving it unheeded would weaken what the client asked for, so it is refused when its feature is off (DCR-UNK-05). */
  readonly kind: 'display' | 'protocol' | 'key' | 'switch' | 'choices'
  /** All of them must be on, else the member is unknown (DCR-UNK-02). `unserved`: no feature of this server honours it. */
  readonly needs: readonly (keyof Features)[] | 'unserved'
  readonly localisable: boolean
  /** The values are those of `Capabilities.values`. */
  readonly enumerated: boolean
  readonly choices?: string
  readonly uri?: 'informational' | 'https' | 'fetched' | 'request' | 'redirect' | 'frontchannel'
}

export function findMember(name: string): Member | undefined {
  return members.get(name)
}

/** What a server issues (RFC 7591 §3.2.1, RFC 7592 §3): a client cannot choose any of it (DCR-REQ-10). */
export function isServerMember(name: string): boolean {
  return serverMembers.has(name)
}

/** `client_name#pt-BR` belongs to `client_name` (RFC 7591 §2.2). */
export function splitMemberName(name: string): { readonly base: string; readonly tag?: string } {
  const at = name.indexOf('#')
  return at < 0 ? { base: name } : { base: name.slice(0, at), tag: name.slice(at + 1) }
}

/** Single-valued members with the list that they are chosen from (RP Metadata Choices 1.0). */
export function memberChoices(): readonly (readonly [member: string, list: string])[] {
  return choicesOfMembers
}

/** Every name of the registry that the domain knows, lists of RP Metadata Choices included. */
export function memberNames(): readonly string[] {
  return [...members.keys()]
}

const serverMembers = new Set([
  'client_id',
  'client_secret',
  'client_id_issued_at',
  'client_secret_expires_at',
  'registration_access_token',
  'registration_client_uri',
])

type Extras = Partial<Omit<Member, 'type' | 'kind'>>
type Row = readonly [name: string, type: Member['type'], kind: Member['kind'], extras?: Extras]

const shown: Extras = { localisable: true }
const shownUri: Extras = { localisable: true, uri: 'informational' }
const unserved: Extras = { needs: 'unserved' }

// The registry of RFC 7591 §4.1 in the order of the documents that define the members.
const rows: readonly Row[] = [
  ['redirect_uris', 'uri-array', 'protocol'],
  ['token_endpoint_auth_method', 'string', 'protocol', enumerated('token_endpoint_auth_methods_supported')],
  ['grant_types', 'string-array', 'protocol'],
  ['response_types', 'string-array', 'protocol'],
  ['client_name', 'string', 'display', shown],
  ['client_uri', 'uri', 'display', shownUri],
  ['logo_uri', 'uri', 'display', shownUri],
  ['scope', 'scope', 'protocol'],
  ['contacts', 'string-array', 'display'],
  ['tos_uri', 'uri', 'display', shownUri],
  ['policy_uri', 'uri', 'display', shownUri],
  ['jwks_uri', 'uri', 'key', { uri: 'fetched' }],
  ['jwks', 'object', 'key'],
  ['software_id', 'string', 'protocol'],
  ['software_version', 'string', 'protocol'],
  ['software_statement', 'statement', 'protocol'],
  // OpenID Connect Dynamic Client Registration 1.0 §2
  ['application_type', 'string', 'protocol', { enumerated: true }],
  ['sector_identifier_uri', 'uri', 'protocol', { uri: 'https' }],
  ['subject_type', 'string', 'protocol', enumerated('subject_types_supported')],
  ['id_token_signed_response_alg', 'string', 'protocol', enumerated('id_token_signing_alg_values_supported')],
  ...encryptedResponse('id_token'),
  ['userinfo_signed_response_alg', 'string', 'protocol', enumerated('userinfo_signing_alg_values_supported')],
  ...encryptedResponse('userinfo'),
  [
    'request_object_signing_alg',
    'string',
    'protocol',
    enumerated('request_object_signing_alg_values_supported', 'requestObjects'),
  ],
  // A declaration only: the client may encrypt its request objects or not, so nothing weakens without it.
  ...encryption('request_object_encryption', 'request_object', 'protocol', 'requestObjects'),
  ['token_endpoint_auth_signing_alg', 'string', 'protocol', enumerated('token_endpoint_auth_signing_alg_values_supported')],
  ['default_max_age', 'integer', 'protocol'],
  ['require_auth_time', 'boolean', 'protocol'],
  ['default_acr_values', 'string-array', 'protocol'],
  ['initiate_login_uri', 'uri', 'protocol', { uri: 'https' }],
  ['request_uris', 'uri-array', 'protocol', { needs: ['requestUris'], uri: 'request' }],
  // Logout: RP-Initiated, Front-Channel, Back-Channel
  ['post_logout_redirect_uris', 'uri-array', 'protocol', { needs: ['rpInitiatedLogout'], uri: 'redirect' }],
  ['frontchannel_logout_uri', 'uri', 'protocol', { needs: ['frontchannelLogout'], uri: 'frontchannel' }],
  ['frontchannel_logout_session_required', 'boolean', 'protocol', { needs: ['frontchannelLogout'] }],
  ['backchannel_logout_uri', 'uri', 'protocol', { needs: ['backchannelLogout'], uri: 'fetched' }],
  ['backchannel_logout_session_required', 'boolean', 'protocol', { needs: ['backchannelLogout'] }],
  // RFC 8705, RFC 9101, RFC 9126, RFC 9396, RFC 9449, FAPI 2.0
  ['tls_client_certificate_bound_access_tokens', 'boolean', 'switch', { needs: ['mTLS'] }],
  ['tls_client_auth_subject_dn', 'string', 'protocol', { needs: ['mTLS'] }],
  ['tls_client_auth_san_dns', 'string', 'protocol', { needs: ['mTLS'] }],
  ['tls_client_auth_san_uri', 'string', 'protocol', { needs: ['mTLS'] }],
  ['tls_client_auth_san_ip', 'string', 'protocol', { needs: ['mTLS'] }],
  ['tls_client_auth_san_email', 'string', 'protocol', { needs: ['mTLS'] }],
  ['use_mtls_endpoint_aliases', 'boolean', 'protocol', { needs: ['mTLS'] }],
  ['require_signed_request_object', 'boolean', 'switch', { needs: ['requestObjects'] }],
  ['require_pushed_authorization_requests', 'boolean', 'switch', { needs: ['pushedAuthorizationRequests'] }],
  ['authorization_details_types', 'string-array', 'protocol', { needs: ['richAuthorizationRequests'] }],
  // Ours: PKCE (RFC 7636) whatever the realm asks of others; no standard has a word for it.
  ['require_proof_key_for_code_exchange', 'boolean', 'switch'],
  // Ours as well: the scopes of a token request that names none, instead of the realm's.
  ['default_scopes', 'string-array', 'protocol'],
  ['dpop_bound_access_tokens', 'boolean', 'switch', { needs: ['dPoP'] }],
  // RFC 9701, JARM
  [
    'introspection_signed_response_alg',
    'string',
    'protocol',
    enumerated('introspection_signing_alg_values_supported', 'introspection'),
  ],
  ...encryptedResponse('introspection', 'introspection'),
  [
    'authorization_signed_response_alg',
    'string',
    'protocol',
    enumerated('authorization_signing_alg_values_supported', 'jwtResponseModes'),
  ],
  ...encryptedResponse('authorization', 'jwtResponseModes'),
  // CIBA Core 1.0 §4
  ['backchannel_token_delivery_mode', 'string', 'protocol', { needs: ['ciba'], enumerated: true }],
  ['backchannel_client_notification_endpoint', 'uri', 'protocol', { needs: ['ciba'], uri: 'https' }],
  [
    'backchannel_authentication_request_signing_alg',
    'string',
    'protocol',
    enumerated('backchannel_authentication_request_signing_alg_values_supported', 'ciba', 'requestObjects'),
  ],
  ['backchannel_user_code_parameter', 'boolean', 'protocol', { needs: ['ciba'] }],
  // OpenID Federation 1.0 §5.2.2: plain information, whatever the trust framework
  ['organization_name', 'string', 'display', shown],
  ['description', 'string', 'display', shown],
  ['keywords', 'string-array', 'display'],
  ['information_uri', 'uri', 'display', shownUri],
  ['organization_uri', 'uri', 'display', shownUri],
  ['client_registration_types', 'string-array', 'protocol', unserved],
  ['signed_jwks_uri', 'uri', 'key', unserved],
  // UMA 2.0, ETSI NFV-SEC 022, OpenID4VP, OpenID4VCI
  ['claims_redirect_uris', 'uri-array', 'protocol', unserved],
  ['nfv_token_signed_response_alg', 'string', 'protocol', unserved],
  ['nfv_token_encrypted_response_alg', 'string', 'protocol', unserved],
  ['nfv_token_encrypted_response_enc', 'string', 'protocol', unserved],
  ['vp_formats_supported', 'object', 'protocol', unserved],
  ['encrypted_response_enc_values_supported', 'string-array', 'protocol', unserved],
  ['credential_offer_endpoint', 'uri', 'protocol', unserved],
]

const single = rows.map(([name, type, kind, extras]): readonly [string, Member] => [
  name,
  { type, kind, needs: [], localisable: false, enumerated: false, ...extras },
])

const members: ReadonlyMap<string, Member> = new Map([
  ...single,
  ...single.flatMap(([, { choices, needs }]): readonly (readonly [string, Member])[] =>
    choices === undefined
      ? []
      : [[choices, { type: 'string-array', kind: 'choices', needs, localisable: false, enumerated: false }]],
  ),
])

function enumerated(choices: string, ...needs: (keyof Features)[]): Extras {
  return { enumerated: true, choices, needs }
}

/** A response that the client wants encrypted: answering in clear instead would weaken it. */
function encryptedResponse(subject: string, ...needs: (keyof Features)[]): readonly Row[] {
  return encryption(`${subject}_encrypted_response`, subject, 'switch', ...needs)
}

function encryption(prefix: string, subject: string, kind: Member['kind'], ...needs: (keyof Features)[]): readonly Row[] {
  return [
    [`${prefix}_alg`, 'string', kind, enumerated(`${subject}_encryption_alg_values_supported`, 'encryption', ...needs)],
    [`${prefix}_enc`, 'string', 'protocol', enumerated(`${subject}_encryption_enc_values_supported`, 'encryption', ...needs)],
  ]
}

const choicesOfMembers: readonly (readonly [member: string, list: string])[] = [...members].flatMap(([name, { choices }]) =>
  choices === undefined ? [] : [[name, choices] as const],
)
