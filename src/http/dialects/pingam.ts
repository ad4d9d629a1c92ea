import {
  type Client,
  type InspectedToken,
  type JsonObject,
  type JsonValue,
  permittedScopes,
  type Realm,
} from '../../registration/index.ts'
import { dialectRoots } from '../options.ts'
import type { AnswerMember, Dialect, RefusalRule } from './dialect.ts'

/** What it says of a value that it does not have, by member. */
const unsupportedTexts: Readonly<Record<string, string>> = {
  token_endpoint_auth_method: 'Invalid token_endpoint_auth_method requested.',
  client_type: 'Invalid client_type requested.',
  subject_type: 'Invalid subject_type requested.',
  application_type: 'Invalid application_type requested.',
  response_types: 'Invalid response_types requested.',
  scope: 'Invalid scopes requested.',
  default_scopes: 'Invalid default scopes requested.',
  id_token_signed_response_alg: 'Unsupported id_token_response_signed_alg requested.',
}

/** PingAM and PingOne Advanced Identity Cloud: their paths, their words for client metadata, and what their answers hold. */
export const pingam: Dialect = {
  rules: {
    name: 'pingam',
    clientIdPrefix: '',
    clientIdForm: 'uuid',
    defaults: {},
    words: {
      members: { client_description: 'description', display_name: 'client_name' },
      lists: { scopes: 'scope' },
      classes: {
        client_type: {
          member: 'token_endpoint_auth_method',
          means: { Public: { is: 'none' }, Confidential: { isNot: 'none' } },
        },
      },
      certificates: ['tls_client_auth_x509_cert', 'x509'],
    },
    // Its walk-throughs register machine clients with `response_types: ["token"]`.
    repairsContradictions: true,
    refusesUnserved: true,
    replacesTokenOnUpdate: true,
    ignoresServerMembers: true,
  },
  paths: {
    roots: dialectRoots['pingam'] ?? [],
    registration: '/register',
    agentRegistration: '/aiagent/register',
    configuration: ['/register?client_id={client_id}'],
    registrationClientUri: '/register?client_id={client_id}',
    aliases: {
      '/access_token': '/token',
      '/token/revoke': '/revoke',
      '/connect/jwk_uri': '/jwks',
      '/connect/endSession': '/logout',
      '/device/code': '/device_authorization',
      '/device/user': '/device',
      '/bc-authorize': '/backchannel',
    },
  },
  answer: {
    client_type: ({ client }) => (client.metadata.token_endpoint_auth_method === 'none' ? 'Public' : 'Confidential'),
    scopes: ({ client }) => wordsOf(client.metadata.scope),
    // A machine's: its tokens come without any front channel.
    response_types: ({ client }) => orElse(client.metadata.response_types, ['token']),
    public_key_selector: ({ client: { metadata } }) => (metadata.jwks_uri === undefined ? metadata.jwks && 'jwks' : 'jwks_uri'),
    tls_client_auth_x509_cert: ({ client }) => ownCertificate(client),
    application_type: metadata('application_type', 'web'),
    subject_type: metadata('subject_type', 'public'),
    id_token_signed_response_alg: algorithm('id_token_signed_response_alg'),
    id_token_encryption_enabled: ({ client }) => client.metadata['id_token_encrypted_response_alg'] !== undefined,
    authorization_signed_response_alg: algorithm('authorization_signed_response_alg'),
    introspection_signed_response_alg: algorithm('introspection_signed_response_alg'),
    user_info_response_format_selector: ({ client }) => userinfoFormat(client),
    // Whoever wants a JWT says so with each request.
    token_intro_response_format_selector: () => 'JSON',
    default_max_age_enabled: ({ client }) => client.metadata['default_max_age'] !== undefined,
    require_pushed_authorization_requests: metadata('require_pushed_authorization_requests', false),
    tls_client_certificate_bound_access_tokens: metadata('tls_client_certificate_bound_access_tokens', false),
    backchannel_logout_session_required: metadata('backchannel_logout_session_required', false),
    // As long as the realm says.
    authorization_code_lifetime: () => 0,
    access_token_lifetime: () => 0,
    refresh_token_lifetime: () => 0,
    jwt_token_lifetime: () => 0,
  },
  answerNames: { description: 'client_description' },
  lowersLanguageTags: true,
  omitted: { read: ['registration_access_token', 'registration_client_uri'] },
  // What administrators call the allowlist, patterns included.
  discovery: (realm) => ({ scopes_supported: permittedScopes(realm) }),
  inspection: {
    scopeForAll: 'am-introspect-all-tokens',
    introspection: (token, realm) => ({
      realm: `/${realm.name}`,
      ...identityOf(token),
      ...trackingOf(token),
      expires_in: secondsLeft(token),
    }),
    accessTokens: {
      path: '/tokeninfo',
      answer: (token, realm) => ({
        ...token.claims,
        scope: wordsOf(token.claims['scope']),
        realm: `/${realm.name}`,
        tokenName: 'access_token',
        ...(token.grantType === undefined ? {} : { grant_type: token.grantType }),
        nbf: token.claims['iat'] ?? null,
        ...trackingOf(token),
        expires_in: secondsLeft(token),
      }),
    },
    idTokens: { path: '/idtokeninfo' },
  },
  errors: {
    refusals: [
      {
        codes: ['token_required', 'invalid_token', 'insufficient_scope'],
        endpoints: ['registration'],
        status: 400,
        error: 'access_denied',
        description: ({ refusal: { message } }) => `Access Token not valid: ${message}`,
      },
      ...Object.entries(unsupportedTexts).map(([member, text]) =>
        prefixed({ members: [member], problems: ['unsupported'] }, text),
      ),
      prefixed({ members: ['jwks'], reason: /exclude each other/ }, 'Must define either jwks or jwks_uri, not both.'),
      prefixed({ members: ['jwks'] }, 'jwks must be valid JSON.'),
      prefixed({ members: ['jwks_uri'], problems: ['malformed'] }, 'jwks_uri must be a valid URL.'),
      prefixed({ members: ['sector_identifier_uri'] }, 'Invalid sector_identifier_uri requested.'),
    ],
    problems: {},
    isBare: false,
    allowsOptions: true,
  },
}

/** Who the token speaks about, in three words; of a client all of them are its identifier. */
function identityOf({ claims: { sub }, username }: InspectedToken): JsonObject {
  return sub === undefined ? {} : { user_id: sub, username: username ?? sub, subname: sub }
}

function trackingOf({ grant, token }: InspectedToken): JsonObject {
  return { authGrantId: grant, auditTrackingId: token }
}

function secondsLeft({ claims: { exp }, now }: InspectedToken): number {
  return Math.max(0, Number(exp ?? now) - now)
}

function wordsOf(scope: JsonValue | undefined): readonly string[] {
  return typeof scope === 'string' ? scope.split(' ').filter((word) => word !== '') : []
}

/** Its text first, for scripts; then ours, for people. */
function prefixed(fitting: Partial<RefusalRule>, text: string): RefusalRule {
  const description: RefusalRule['description'] = ({ refusal: { message } }) => `${text} ${message}`
  return { codes: ['invalid_client_metadata'], ...fitting, status: 400, error: 'invalid_client_metadata', description }
}

function metadata(member: string, fallback: JsonValue): AnswerMember {
  return ({ client }) => client.metadata[member] ?? fallback
}

/** What is used for a client that has not said: RS256 where the realm has it. */
function algorithm(member: string): AnswerMember {
  return ({ client, realm }) => client.metadata[member] ?? defaultAlgorithm(realm.capabilities.values[member])
}

function defaultAlgorithm(served: Realm['capabilities']['values'][string] = []): string | undefined {
  return served.includes('RS256') ? 'RS256' : served[0]
}

function orElse(values: readonly string[] | undefined, fallback: readonly string[]): readonly string[] {
  return values === undefined || values.length === 0 ? fallback : values
}

function userinfoFormat({ metadata: members }: Client): string {
  const isSigned = members['userinfo_signed_response_alg'] !== undefined
  if (members['userinfo_encrypted_response_alg'] !== undefined) return isSigned ? 'SIGNED_THEN_ENCRYPTED_JWT' : 'ENCRYPTED_JWT'
  return isSigned ? 'SIGNED_JWT' : 'JSON'
}

/** The certificate of a client that authenticates with one of its own making. */
function ownCertificate({ metadata: { token_endpoint_auth_method: method, jwks } }: Client): string | undefined {
  const keys = (jwks?.['keys'] ?? []) as readonly { readonly x5c?: readonly string[] }[]
  const der = keys.find(({ x5c }) => x5c !== undefined)?.x5c?.[0]
  if (method !== 'self_signed_tls_client_auth' || der === undefined) return undefined
  return ['-----BEGIN CERTIFICATE-----', ...(der.match(/.{1,64}/g) ?? []), '-----END CERTIFICATE-----'].join('\n')
}
