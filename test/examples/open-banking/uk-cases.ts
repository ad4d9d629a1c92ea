import { badRedirect, badStatement, type Case, fault, stranger, unapproved, unsigned, withOtherSignature } from './cases.ts'
import { nowSeconds } from './ecosystem.ts'

const ciba = {
  grant_types: ['urn:openid:params:grant-type:ciba', 'client_credentials'],
  response_types: [],
  backchannel_token_delivery_mode: 'poll',
  backchannel_authentication_request_signing_alg: 'PS256',
}

const tlsAuthentication = {
  token_endpoint_auth_method: 'tls_client_auth',
  token_endpoint_auth_signing_alg: undefined,
  tls_client_auth_subject_dn: 'CN=app.acme.example',
}

/** What is wrong whether a client registers or updates itself. */
export const ukCases: readonly Case[] = [
  {
    title: 'a statement of a directory that is not trusted (OBUK-SSA-01)',
    ...unapproved,
    statement: { iss: 'Another Directory' },
  },
  { title: 'a statement that is not signed (OBUK-SSA-02)', ...badStatement, tamper: unsigned },
  { title: 'a statement whose signature is wrong', ...badStatement, tamper: withOtherSignature },
  { title: 'a statement that somebody else has signed', ...badStatement, signStatement: { by: stranger } },
  { title: 'a statement without roles', ...badStatement, statement: { software_roles: undefined } },
  { title: 'a statement that is older than a day (OBUK-SSA-05)', ...badStatement, statement: { iat: nowSeconds() - 90_000 } },
  { title: 'an organisation that the directory has withdrawn (SSP-12)', ...unapproved, statement: { org_status: 'Withdrawn' } },

  { title: 'a request that somebody else has signed', ...fault, signRequest: { by: stranger } },
  {
    title: 'a request that is signed with the key in its own header (OBUK-EP-08)',
    ...fault,
    signRequest: { by: stranger, header: { jwk: stranger.jwk as never, jku: 'https://evil.example/jwks' } },
  },
  { title: 'another iss than the software_id (OBUK-RQ-01)', ...fault, request: { iss: 'somebodyElse' } },
  { title: 'an empty iss (OBUK-RQ-01)', ...fault, request: { iss: '' } },
  { title: 'an iss that is too long (OBUK-RQ-01)', ...fault, request: { iss: '1fpzmq4VRHPQOZTvbjDUxl1' } },
  { title: 'no iss (OBUK-RQ-01)', ...fault, request: { iss: undefined } },
  { title: 'no iat (OBUK-RQ-02)', ...fault, request: { iat: undefined } },
  { title: 'no exp (OBUK-RQ-03)', ...fault, request: { exp: undefined } },
  {
    title: 'a request that has expired (OBUK-RQ-03)',
    ...fault,
    request: { iat: nowSeconds() - 600, exp: nowSeconds() - 300 },
  },
  { title: 'no aud (OBUK-RQ-04)', ...fault, request: { aud: undefined } },
  { title: 'the aud of another bank (OBUK-RQ-04)', ...fault, request: { aud: 'https://other.example' } },
  { title: 'no jti (OBUK-RQ-05)', ...fault, request: { jti: undefined } },
  { title: 'a jti that is no UUID (OBUK-RQ-05)', ...fault, request: { jti: 'one' } },

  {
    title: 'a redirect URI that the statement does not have (OBUK-RQ-07)',
    ...badRedirect,
    request: { redirect_uris: ['https://app.acme.example/callback', 'https://evil.example/callback'] },
  },
  ...['http://app.acme.example/cb', 'https://localhost/cb', `https://app.acme.example/${'a'.repeat(240)}`].map((uri) => ({
    title: `the redirect URI ${uri.slice(0, 40)} of ${uri.length} characters (OBUK-RQ-07)`,
    ...badRedirect,
    statement: { software_redirect_uris: [uri] },
    request: { redirect_uris: [uri] },
  })),
  { title: 'no token_endpoint_auth_method (OBUK-RQ-08)', ...fault, request: { token_endpoint_auth_method: undefined } },
  { title: 'a client secret (OBUK-RQ-08)', ...fault, request: { token_endpoint_auth_method: 'client_secret_basic' } },
  { title: 'no client authentication (OBUK-RQ-08)', ...fault, request: { token_endpoint_auth_method: 'none' } },
  { title: 'no grant_types (OBUK-RQ-09)', ...fault, request: { grant_types: undefined } },
  { title: 'a grant type that there is not (OBUK-RQ-09)', ...fault, request: { grant_types: ['password'] } },
  { title: 'a response type that there is not (OBUK-RQ-10)', ...fault, request: { response_types: ['nonsense'] } },
  { title: 'the software_id of another software (OBUK-RQ-11)', ...fault, request: { software_id: 'somebodyElse' } },
  { title: 'no scope (OBUK-RQ-12)', ...fault, request: { scope: undefined } },
  { title: 'a scope that is not of its role (OBUK-RQ-12)', ...fault, request: { scope: 'openid payments' } },
  { title: 'no application_type (OBUK-RQ-14)', ...fault, request: { application_type: undefined } },
  { title: 'an application_type that there is not (OBUK-RQ-14)', ...fault, request: { application_type: 'desktop' } },
  { title: 'ID tokens that are signed with RS256 (OBUK-RQ-15)', ...fault, request: { id_token_signed_response_alg: 'RS256' } },
  { title: 'no id_token_signed_response_alg (OBUK-RQ-15)', ...fault, request: { id_token_signed_response_alg: undefined } },
  {
    title: 'request objects that are signed with RS256 (OBUK-RQ-16)',
    ...fault,
    request: { request_object_signing_alg: 'RS256' },
  },
  { title: 'request objects that are not signed (OBUK-RQ-16)', ...fault, request: { request_object_signing_alg: 'none' } },
  { title: 'no request_object_signing_alg (OBUK-RQ-16)', ...fault, request: { request_object_signing_alg: undefined } },
  {
    title: 'assertions that are signed with RS256 (OBUK-RQ-17)',
    ...fault,
    request: { token_endpoint_auth_signing_alg: 'RS256' },
  },
  {
    title: 'private_key_jwt without an algorithm (OBUK-RQ-17)',
    ...fault,
    request: { token_endpoint_auth_signing_alg: undefined },
  },
  {
    title: 'tls_client_auth without a subject (OBUK-RQ-18)',
    ...fault,
    request: { ...tlsAuthentication, tls_client_auth_subject_dn: undefined },
  },
  {
    title: 'a subject of more than 128 characters (OBUK-RQ-18)',
    ...fault,
    request: { ...tlsAuthentication, tls_client_auth_subject_dn: `CN=${'a'.repeat(126)}` },
  },
  {
    title: 'a subject with private_key_jwt (OBUK-RQ-18)',
    ...fault,
    request: { tls_client_auth_subject_dn: 'CN=app.acme.example' },
  },
  {
    title: 'CIBA by pushing (OBUK-RQ-19)',
    ...fault,
    request: { ...ciba, backchannel_token_delivery_mode: 'push' },
  },
  {
    title: 'CIBA without a way of delivery (OBUK-RQ-19)',
    ...fault,
    request: { ...ciba, backchannel_token_delivery_mode: undefined },
  },
  {
    title: 'an http address for CIBA (OBUK-RQ-20)',
    ...fault,
    request: { ...ciba, backchannel_client_notification_endpoint: 'http://app.acme.example/ciba' },
  },
  ...['RS256', undefined].map((alg) => ({
    title: `CIBA requests that are signed with ${alg} (OBUK-RQ-21)`,
    ...fault,
    request: { ...ciba, backchannel_authentication_request_signing_alg: alg },
  })),
  {
    title: 'a user code (OBUK-RQ-22)',
    ...fault,
    request: { ...ciba, backchannel_user_code_parameter_supported: true },
  },
  { title: 'keys that are not the directory’s', ...fault, request: { jwks: { keys: [stranger.jwk as never] } } },
]
