import type { EpochSeconds, JsonValue } from '../../registration/index.ts'
import type { AnswerMember, Dialect, RefusalRule } from './dialect.ts'

const atRegistration = { endpoints: ['registration'], status: 400 } as const satisfies Partial<RefusalRule>

/** SimpleIdServer 4: its paths, its default authentication method, and the members that its answers show. */
export const simpleidserver: Dialect = {
  rules: {
    name: 'simpleidserver',
    clientIdPrefix: '',
    clientIdForm: 'uuid',
    defaults: { token_endpoint_auth_method: 'client_secret_post' },
    // Its answers show `response_types: ["code"]` for a machine client, and come back like that in an update.
    repairsContradictions: true,
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
    ],
    problems: {},
    isBare: false,
    allowsOptions: true,
  },
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
