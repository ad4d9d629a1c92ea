import type { EpochSeconds, JsonValue } from '../../registration/index.ts'
import type { AnswerMember, Dialect, RefusalRule, RefusedRequest } from './dialect.ts'

const signing = (subject: string) => [`${subject}_signed_response_alg`, ...encryption(`${subject}_encrypted_response`)]
const encryption = (prefix: string) => [`${prefix}_alg`, `${prefix}_enc`]

const algorithms = [
  ...signing('id_token'),
  ...signing('authorization'),
  ...signing('userinfo'),
  'request_object_signing_alg',
  ...encryption('request_object_encryption'),
]

/** Shown addresses, and how it calls them. */
const addresses = {
  jwks_uri: 'jwks uri',
  client_uri: 'client uri',
  logo_uri: 'logo uri',
  tos_uri: 'tos uri',
  policy_uri: 'policy uri',
}

const httpsMembers = ['sector_identifier_uri', 'initiate_login_uri']

const atRegistration = { endpoints: ['registration'], status: 400 } as const satisfies Partial<RefusalRule>
const badMetadata = { status: 400, error: 'invalid_client_metadata' } as const satisfies Partial<RefusalRule>
const badRedirect = {
  members: ['redirect_uris'],
  status: 400,
  error: 'invalid_redirect_uri',
} as const satisfies Partial<RefusalRule>

/** SimpleIdServer 4: its paths, its default authentication method, and the members that its answers show. */
export const simpleidserver: Dialect = {
  rules: {
    name: 'simpleidserver',
    clientIdPrefix: '',
    clientIdForm: 'uuid',
    defaults: { token_endpoint_auth_method: 'client_secret_post' },
    // Its answers show `response_types: ["code"]` for a machine client, and come back like that in an update.
    repairsContradictions: true,
    refusesUnserved: true,
  },
  paths: {
    registration: '/register',
    configuration: ['/register/{client_id}', '/{client_id}'],
    registrationClientUri: '/{client_id}',
    aliases: {
      '/authorization': '/authorize',
      '/token_info': '/introspect',
      '/token/revoke': '/revoke',
      '/bc-authorize': '/backchannel',
      '/end_session': '/logout',
    },
  },
  answer: {
    contacts: ({ client }) => client.metadata.contacts ?? [],
    jwks: ({ client }) => client.metadata.jwks ?? (client.metadata.jwks_uri === undefined ? { keys: [] } : undefined),
    response_types: ({ client }) => orElse(client.metadata.response_types, ['code']),
    create_datetime: ({ client }) => toDatetime(client.client_id_issued_at),
    update_datetime: ({ client }) => toDatetime(client.updatedAt),
    token_expiration_time_seconds: ({ realm }) => realm.tokens.accessTokenLifetimeSeconds,
    refresh_token_expiration_time_seconds: ({ realm }) => realm.tokens.refreshTokenLifetimeSeconds,
    token_signed_response_alg: ({ realm }) => realm.tokens.accessTokenSigningAlgorithm,
    token_encrypted_response_alg: () => 'RSA1_5',
    token_encrypted_response_enc: () => 'A128CBC-HS256',
    preferred_token_profile: () => 'Bearer',
    is_consent_disabled: ({ client }) => client.firstParty,
    // Without the plural of the registered name (RFC 8705 §3.4).
    tls_client_certificate_bound_access_token: metadata('tls_client_certificate_bound_access_tokens', false),
    application_type: metadata('application_type', 'web'),
    subject_type: metadata('subject_type', 'public'),
    id_token_signed_response_alg: metadata('id_token_signed_response_alg', 'RS256'),
    authorization_signed_response_alg: metadata('authorization_signed_response_alg', 'RS256'),
    authorization_data_types: metadata('authorization_data_types', []),
    post_logout_redirect_uris: metadata('post_logout_redirect_uris', []),
    default_acr_values: metadata('default_acr_values', []),
    require_auth_time: metadata('require_auth_time', false),
    backchannel_user_code_parameter: metadata('backchannel_user_code_parameter', false),
    backchannel_logout_session_required: metadata('backchannel_logout_session_required', false),
    frontchannel_logout_session_required: metadata('frontchannel_logout_session_required', false),
  },
  errors: {
    violationOrder: [
      ...['grant_types', 'token_endpoint_auth_method', 'application_type'],
      ...['sector_identifier_uri', 'subject_type', 'initiate_login_uri', 'response_types', 'scope'],
      ...Object.keys(addresses),
      ...algorithms,
      ...['backchannel_client_notification_endpoint', 'backchannel_token_delivery_mode'],
      'redirect_uris',
    ],
    refusals: [
      { ...atRegistration, codes: ['token_required'], error: 'access_denied', description: 'missing token' },
      {
        ...atRegistration,
        codes: ['insufficient_scope'],
        error: 'request_denied',
        description: 'the token does not carry the scope for registration',
      },
      {
        ...atRegistration,
        codes: ['invalid_token'],
        error: 'invalid_token',
        description: 'either the access token has been revoked or is invalid',
      },
      ...unsupported('grant_types', (values) => `grant types ${values} are not supported`),
      ...unsupported('token_endpoint_auth_method', (method) => `unknown authentication method : ${method}`),
      ...unsupported('application_type', () => 'application type is invalid'),
      ...unsupported('subject_type', () => 'subject_type is invalid'),
      ...unsupported('response_types', (values) => `response types ${values} are not supported`),
      ...unsupported('scope', (values) => `scopes ${values} are not supported`),
      ...algorithms.flatMap((member) => unsupported(member, () => `${member} is not supported`)),
      ...httpsMembers.flatMap(
        (member) =>
          [
            { ...badMetadata, members: [member], problems: ['malformed'], description: `${member} is not a valid URI` },
            { ...badMetadata, members: [member], problems: ['scheme'], description: `${member} doesn't contain https scheme` },
          ] as const satisfies readonly RefusalRule[],
      ),
      ...Object.entries(addresses).map(
        ([member, name]): RefusalRule => ({
          ...badMetadata,
          members: [member],
          problems: ['malformed'],
          description: about((value) => `${name} ${value} is not correct`),
        }),
      ),
      {
        ...badMetadata,
        problems: ['unmatched'],
        description: about((grant) => `valid response type must be passed for the grant type ${grant}`),
      },
      { ...badMetadata, problems: ['missing'], description: about((member) => `missing parameter ${member}`) },
      { ...badRedirect, problems: ['malformed'], description: about((value) => `redirect_uri ${value} is not correct`) },
      { ...badRedirect, problems: ['fragment'], description: 'the redirect_uri cannot contains fragment' },
      { ...badRedirect, problems: ['scheme'], description: 'redirect_uri does not contain https scheme' },
      { ...badRedirect, problems: ['loopback'], description: 'redirect_uri must not contain localhost' },
    ],
    problems: {},
    isBare: false,
    allowsOptions: true,
  },
}

/** The values at fault, as it lists them. */
function about(tell: (values: string) => string): (refused: RefusedRequest) => string {
  return ({ refusal }) => tell(refusal.violations[0]?.problem?.about.join(',') ?? '')
}

function unsupported(member: string, tell: (values: string) => string): readonly RefusalRule[] {
  return [{ ...badMetadata, members: [member], problems: ['unsupported'], description: about(tell) }]
}

function metadata(member: string, fallback: JsonValue): AnswerMember {
  return ({ client }) => client.metadata[member] ?? fallback
}

function orElse(values: readonly string[] | undefined, fallback: readonly string[]): readonly string[] {
  return values === undefined || values.length === 0 ? fallback : values
}

/** ISO 8601 with seven fractional digits, as .NET prints it. */
function toDatetime(seconds: EpochSeconds): string {
  return new Date(seconds * 1000).toISOString().replace(/\.\d+Z$/, '.0000000Z')
}
