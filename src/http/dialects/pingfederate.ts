import { statementProblems } from '../../registration/index.ts'
import type { Dialect, RefusalRule } from './dialect.ts'

/** PingFederate: its paths, its identifiers, the members of its answers, and the words in which it refuses. */
export const pingfederate: Dialect = {
  rules: {
    name: 'pingfederate',
    clientIdPrefix: 'dc-',
    clientIdForm: 'alphanumeric',
    defaults: {},
    repairsContradictions: false,
  },
  paths: {
    registration: '/as/clients.oauth2',
    configuration: ['/as/clients.oauth2/{client_id}'],
    registrationClientUri: '/as/clients.oauth2/{client_id}',
    aliases: {
      '/as/authorization.oauth2': '/authorize',
      '/as/token.oauth2': '/token',
      '/as/introspect.oauth2': '/introspect',
      '/as/revoke_token.oauth2': '/revoke',
      '/as/par.oauth2': '/par',
      '/as/device_authz.oauth2': '/device_authorization',
      '/as/user_authz.oauth2': '/device',
      '/as/bc-auth.ciba': '/backchannel',
      '/idp/userinfo.openid': '/userinfo',
      '/idp/init_logout.openid': '/logout',
      '/idp/startSLO.ping': '/logout',
      '/pf/JWKS': '/jwks',
    },
  },
  answer: {
    // A client of machines has none, and an empty list is not shown.
    response_types: ({ client: { metadata } }) => (metadata.response_types?.length === 0 ? undefined : metadata.response_types),
    // There is one kind of access token for a client, and tokens are checked by introspection and in no other way.
    validate_using_all_eligible_atms: () => false,
    grant_access_session_revocation_api: () => false,
    grant_access_session_management_api: () => false,
    // The realm's settings for refresh tokens hold for each of its clients.
    refresh_token_rolling_policy: () => 'server_default',
    persistent_grant_expiration_type: () => 'server_default',
  },
  errors: {
    refusals: [
      {
        codes: ['token_required', 'invalid_token', 'insufficient_scope'],
        ...unauthorized(),
        description: 'Please provide a valid Access Token with the correct scope',
      },
      // What a policy denies to whoever manages a client, it denies to the token.
      { codes: ['access_denied'], endpoints: ['client-configuration'], ...unauthorized() },
      {
        codes: ['invalid_client_metadata'],
        members: ['scope'],
        ...badRequest('invalid_client_metadata'),
        description: 'The requested scope is invalid.',
      },
      {
        codes: ['software_statement_required'],
        ...badRequest('invalid_payload'),
        description: '[software_statement] is required',
      },
      {
        codes: ['invalid_software_statement'],
        reason: statementProblems.inUpdate,
        ...badRequest('invalid_software_statement'),
        description: '[software_statement] is not allowed in an update.',
      },
      {
        codes: ['invalid_software_statement'],
        reason: statementProblems.wrongSignature,
        ...badRequest('invalid_software_statement'),
        description: '[software_statement] signature verification failed',
      },
      {
        codes: ['invalid_software_statement'],
        reason: /^software_statement (must be|is|has)\b/,
        ...badRequest('invalid_software_statement'),
        description: ({ refusal: { message } }) => notValid(message.replace('software_statement', 'it')),
      },
      {
        codes: ['unapproved_software_statement'],
        ...badRequest('invalid_software_statement'),
        description: ({ refusal: { message } }) => notValid(message),
      },
    ],
    problems: { 404: 'resource_not_found', 415: 'invalid_payload' },
    isBare: true,
    allowsOptions: false,
  },
}

function unauthorized(): Pick<RefusalRule, 'status' | 'error'> {
  return { status: 401, error: 'invalid_access_token' }
}

function badRequest(error: string): Pick<RefusalRule, 'status' | 'error'> {
  return { status: 400, error }
}

function notValid(problem: string): string {
  return `[software_statement] is not a valid JWT, ${problem}`
}
