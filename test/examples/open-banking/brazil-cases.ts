import { badRedirect, badStatement, type Case, fault, stranger, unapproved, unsigned, withOtherSignature } from './cases.ts'
import { nowSeconds } from './ecosystem.ts'

const badWebhook = { error: 'invalid_webhook_uris' } as const
const subject = (text: string) => ({ tls_client_auth_subject_dn: text })

/** What is wrong whether a client registers or updates itself (OFBR-18). */
export const brazilCases: readonly Case[] = [
  { title: 'no statement (OFBR-04, OFBR-25)', ...badStatement, tamper: () => undefined },
  { title: 'a statement that is not signed (OFBR-04)', ...badStatement, tamper: unsigned },
  { title: 'a statement whose signature is wrong (OFBR-04)', ...badStatement, tamper: withOtherSignature },
  { title: 'a statement that somebody else has signed (OFBR-04)', ...badStatement, signStatement: { by: stranger } },
  { title: 'a statement of another issuer (OFBR-04)', ...unapproved, statement: { iss: 'Another Directory' } },
  { title: 'a statement of 301 seconds (OFBR-05)', ...badStatement, statement: () => ({ iat: nowSeconds() - 301 }) },
  { title: 'a statement from the future (OFBR-05)', ...badStatement, statement: () => ({ iat: nowSeconds() + 90 }) },
  { title: 'a statement without time (OFBR-05)', ...badStatement, statement: { iat: undefined } },
  { title: 'an organisation that is withdrawn (SSP-12)', ...unapproved, statement: { org_status: 'Withdrawn' } },
  {
    title: 'a software without an active role (OFBR-10)',
    ...unapproved,
    statement: { software_statement_roles: [{ role: 'DADOS', status: 'Inactive' }] },
  },
  { title: 'scopes of an inactive role alone (OFBR-10)', ...fault, request: { scope: 'payments' } },

  { title: 'keys by value (OFBR-06)', ...fault, request: { jwks: { keys: [stranger.jwk as never] } } },
  { title: 'another jwks_uri (OFBR-07)', ...fault, request: { jwks_uri: 'https://evil.example/jwks' } },
  { title: 'no redirect URI (OFBR-08)', ...badRedirect, request: { redirect_uris: undefined } },
  { title: 'an empty list of redirect URIs (OFBR-08)', ...badRedirect, request: { redirect_uris: [] } },
  { title: 'a foreign redirect URI (OFBR-08)', ...badRedirect, request: { redirect_uris: ['https://evil.example/cb'] } },
  {
    title: 'a name of the certificate beside its subject (OFBR-13)',
    ...fault,
    request: { tls_client_auth_san_dns: 'app.acme.example' },
  },
  {
    title: 'a name of the certificate instead of its subject (OFBR-13)',
    ...fault,
    request: { tls_client_auth_subject_dn: undefined, tls_client_auth_san_dns: 'app.acme.example' },
  },
  { title: 'tls_client_auth without a subject (OFBR-13)', ...fault, request: { tls_client_auth_subject_dn: undefined } },
  ...[
    'organizationIdentifier=OFBBR-o1,CN=app,C=BR',
    '2.5.4.97=OFBBR-o1,CN=app,C=BR',
    'OID.2.5.4.15=#0c0b42616e6b,CN=app,C=BR',
    'businessCategory=Bank,CN=app,C=BR',
    'SERIALNUMBER=1,CN=app,C=BR',
    '/C=BR/CN=app',
  ].map((text) => ({ title: `the subject ${text} (OFBR-DN-05)`, ...fault, request: subject(text) })),

  {
    title: 'a webhook that the statement does not have (OFBR-20)',
    ...badWebhook,
    request: { webhook_uris: ['https://app.acme.example/other'] },
  },
  {
    title: 'one webhook more (OFBR-20)',
    ...badWebhook,
    request: { webhook_uris: ['https://app.acme.example/webhook', 'https://app.acme.example/other'] },
  },
  { title: 'webhooks that are no list (OFBR-20)', ...badWebhook, request: { webhook_uris: 'https://app.acme.example/webhook' } },
  ...['http://a.example/w', 'https://a.example/w?a=1', 'https://a.example/w/', `https://a.example/${'a'.repeat(240)}`].map(
    (uri) => ({
      title: `the webhook ${uri.slice(0, 30)} of ${uri.length} characters (OFBR-20)`,
      ...badWebhook,
      statement: { software_api_webhook_uris: [uri] },
      request: { webhook_uris: [uri] },
    }),
  ),

  { title: 'no token_endpoint_auth_method (OFBR-D-04)', ...fault, request: { token_endpoint_auth_method: undefined } },
  { title: 'a client secret (OFBR-D-04)', ...fault, request: { token_endpoint_auth_method: 'client_secret_basic' } },
  { title: 'ID tokens that are signed with RS256 (OFBR-D-01)', ...fault, request: { id_token_signed_response_alg: 'RS256' } },
  { title: 'request objects that are not signed (OFBR-D-01)', ...fault, request: { request_object_signing_alg: 'none' } },
]
