import { badRedirect, badStatement, type Case, fault, stranger, unapproved, unsigned, withOtherSignature } from './cases.ts'
import { nowSeconds } from './ecosystem.ts'

const requiredClaims = [
  ...['iat', 'exp', 'jti', 'org_id', 'org_name', 'client_name', 'client_description', 'client_uri', 'redirect_uris', 'logo_uri'],
  ...['jwks_uri', 'revocation_uri', 'recipient_base_uri', 'software_id', 'software_roles', 'scope'],
]

/** What is wrong whether a client registers or updates itself. */
export const cdrCases: readonly Case[] = [
  { title: 'no statement (CDR-01)', ...badStatement, tamper: () => undefined },
  { title: 'a statement that is not signed (CDR-01)', ...badStatement, tamper: unsigned },
  { title: 'a statement whose signature is wrong (CDR-01)', ...badStatement, tamper: withOtherSignature },
  { title: 'a statement that somebody else has signed (CDR-01)', ...badStatement, signStatement: { by: stranger } },
  { title: 'a statement of another issuer (CDR-02)', ...unapproved, statement: { iss: 'another-register' } },
  {
    title: 'a statement that has expired (CDR-02)',
    ...badStatement,
    statement: () => ({ iat: nowSeconds() - 500, exp: nowSeconds() - 60 }),
  },
  {
    title: 'a statement that is older than ten minutes (CDR-02)',
    ...badStatement,
    statement: () => ({ iat: nowSeconds() - 601 }),
  },
  ...requiredClaims.map((name) => ({
    title: `a statement without ${name} (CDR-03)`,
    ...badStatement,
    statement: { [name]: undefined },
  })),
  { title: 'a statement with a list of roles (CDR-03)', ...badStatement, statement: { software_roles: ['data-recipient'] } },
  { title: 'a statement of another role (CDR-03)', ...unapproved, statement: { software_roles: 'data-holder' } },

  { title: 'a request that somebody else has signed (CDR-01, CDR-05)', ...fault, signRequest: { by: stranger } },
  {
    title: 'a request that is signed with the key in its own header (CDR-05)',
    ...fault,
    signRequest: { by: stranger, header: { jwk: stranger.jwk as never } },
  },
  { title: 'keys from elsewhere (CDR-05)', ...fault, request: { jwks_uri: 'https://evil.example/jwks' } },
  { title: 'keys by value (CDR-05)', ...fault, request: { jwks: { keys: [stranger.jwk as never] } } },
  { title: 'another iss than the software_id (CDR-06)', ...fault, request: { iss: 'somebody-else' } },
  { title: 'no iss (CDR-06)', ...fault, request: { iss: undefined } },
  { title: 'no iat (CDR-06)', ...fault, request: { iat: undefined } },
  { title: 'no exp (CDR-06)', ...fault, request: { exp: undefined } },
  { title: 'a request that has expired (CDR-06)', ...fault, request: { iat: nowSeconds() - 500, exp: nowSeconds() - 300 } },
  { title: 'no jti (CDR-06)', ...fault, request: { jti: undefined } },
  { title: 'no aud (CDR-06)', ...fault, request: { aud: undefined } },
  { title: 'the aud of another data holder (CDR-06)', ...fault, request: { aud: 'https://other.example' } },

  { title: 'a foreign redirect URI (CDR-07)', ...badRedirect, request: { redirect_uris: ['https://evil.example/cb'] } },
  ...['client_secret_basic', 'tls_client_auth', 'none', undefined].map((method) => ({
    title: `token_endpoint_auth_method ${method} (CDR-08)`,
    ...fault,
    request: { token_endpoint_auth_method: method },
  })),
  ...['RS256', 'HS256', undefined].map((alg) => ({
    title: `token_endpoint_auth_signing_alg ${alg} (CDR-08)`,
    ...fault,
    request: { token_endpoint_auth_signing_alg: alg },
  })),
  { title: 'a grant type that there is not (CDR-09)', ...fault, request: { grant_types: ['password'] } },
  { title: 'a response type that there is not any more (CDR-09)', ...fault, request: { response_types: ['code id_token'] } },
  { title: 'no response_types (CDR-09)', ...fault, request: { response_types: undefined } },
  { title: 'a native application (CDR-10)', ...fault, request: { application_type: 'native' } },
  { title: 'no id_token_signed_response_alg (CDR-11)', ...fault, request: { id_token_signed_response_alg: undefined } },
  { title: 'ID tokens that are signed with RS256 (CDR-11)', ...fault, request: { id_token_signed_response_alg: 'RS256' } },
  { title: 'encrypted ID tokens in the code flow (CDR-11)', ...fault, request: { id_token_encrypted_response_alg: 'RSA-OAEP' } },
  { title: 'no authorization_signed_response_alg (CDR-12)', ...fault, request: { authorization_signed_response_alg: undefined } },
  { title: 'responses that are not signed (CDR-12)', ...fault, request: { authorization_signed_response_alg: 'none' } },
  {
    title: 'content encryption without an algorithm (CDR-12)',
    ...fault,
    request: { authorization_encrypted_response_enc: 'A256GCM' },
  },
  {
    title: 'responses that are encrypted otherwise (CDR-12)',
    ...fault,
    request: { authorization_encrypted_response_alg: 'ECDH-ES' },
  },
  {
    title: 'another content encryption (CDR-12)',
    ...fault,
    request: { authorization_encrypted_response_alg: 'RSA-OAEP', authorization_encrypted_response_enc: 'A128GCM' },
  },
]
