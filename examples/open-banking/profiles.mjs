import { randomUUID } from 'node:crypto'

/** The three ecosystems: what their directories say about a piece of software, and what it asks a bank for. */
export const profiles = ['uk', 'brazil', 'cdr']

/** One organisation with one piece of software; in each ecosystem under the identifiers that are usual there. */
const identifiers = {
  uk: { software_id: '1fpzmq4VRHPQOZTvbjDUxl', org_id: '0015800001041REAAY' },
  brazil: { software_id: '6d2a6f7e-6c4b-4b1a-9a0e-2f2f6a7f1b11', org_id: 'a1b2c3d4-0000-4000-8000-00000000cafe' },
  cdr: { software_id: '740C368F-ECF9-4D29-A2EA-0514A66B0CDE', org_id: '3B0B0A7B-3E7B-4A2C-9497-E357A71D07C8' },
}

/**
 * The subject of the transport certificate, in the order of the certificate: type for `openssl -subj`, dotted OID where RFC 4514
 * has no short name, value.
 */
export function subjectOf(profile) {
  const { software_id, org_id } = identifiers[profile]
  const organisation = profile === 'brazil' ? `OFBBR-${org_id}` : org_id
  return [
    ['C', undefined, profile === 'brazil' ? 'BR' : profile === 'uk' ? 'GB' : 'AU'],
    ['O', undefined, 'Acme Accounts'],
    ['organizationIdentifier', '2.5.4.97', organisation],
    ['CN', undefined, 'app.acme.example'],
    ['UID', undefined, software_id],
  ]
}

/** RFC 4514, as Open Finance Brasil writes it: reversed, types without a short name by OID with the DER of a UTF8String. */
export function writtenSubject(profile) {
  return subjectOf(profile)
    .map(([type, oid, value]) => (oid === undefined ? `${type}=${value}` : `${oid}=#${utf8String(value)}`))
    .reverse()
    .join(',')
}

function utf8String(text) {
  const value = Buffer.from(text)
  return Buffer.concat([Buffer.from([0x0c, value.length]), value]).toString('hex')
}

const site = 'https://app.acme.example'
const redirectUris = [`${site}/callback`, `${site}/other`]

/** The claims of a software statement that the directory at `origin` issues now. */
export function statementClaims(profile, origin) {
  const now = Math.floor(Date.now() / 1000)
  return {
    ...claims[profile](origin),
    ...identifiers[profile],
    iat: now,
    jti: randomUUID(),
    ...(profile === 'cdr' ? { exp: now + 600 } : {}),
  }
}

const claims = {
  // UK Open Banking: roles as a list, keys at software_jwks_endpoint, no exp.
  uk: (origin) => ({
    iss: 'OpenBanking Ltd',
    software_client_id: identifiers.uk.software_id,
    software_client_name: 'Acme Accounts',
    software_client_description: 'All accounts in one place',
    software_client_uri: site,
    software_version: 1.1,
    software_environment: 'sandbox',
    software_mode: 'Live',
    software_jwks_endpoint: `${origin}/software/jwks`,
    software_jwks_revoked_endpoint: `${origin}/software/revoked`,
    software_logo_uri: `${site}/logo.png`,
    software_policy_uri: `${site}/privacy`,
    software_tos_uri: `${site}/terms`,
    software_redirect_uris: redirectUris,
    software_roles: ['AISP'],
    software_on_behalf_of_org: '',
    org_name: 'Acme Ltd',
    org_status: 'Active',
    org_contacts: [],
    org_jwks_endpoint: `${origin}/software/jwks`,
    org_jwks_revoked_endpoint: `${origin}/software/revoked`,
    organisation_competent_authority_claims: { authority_id: 'FCAGBR', registration_id: '123456', status: 'Active' },
    ob_registry_tos: `${origin}/terms`,
  }),
  // Open Finance Brasil: roles with a status each, webhooks, keys at software_jwks_uri.
  brazil: (origin) => ({
    iss: 'Open Banking Open Banking Brasil prod SSA issuer',
    software_client_name: 'Acme Contas',
    software_client_description: 'Todas as contas em um lugar',
    software_client_uri: site,
    software_version: '1.10',
    software_environment: 'production',
    software_mode: 'Live',
    software_status: 'Active',
    software_jwks_uri: `${origin}/software/jwks`,
    software_logo_uri: `${site}/logo.png`,
    software_policy_uri: `${site}/privacy`,
    software_tos_uri: `${site}/terms`,
    software_redirect_uris: redirectUris,
    software_api_webhook_uris: [`${site}/webhook`],
    software_statement_roles: [
      { role: 'DADOS', authorisation_domain: 'Open Banking', status: 'Active' },
      { role: 'PAGTO', authorisation_domain: 'Open Banking', status: 'Inactive' },
    ],
    org_name: 'Acme Contas S.A.',
    org_number: '123456789',
    org_status: 'Active',
  }),
  // Consumer Data Right: claims are called like metadata already, the role is one text, ten minutes to live.
  cdr: (origin) => ({
    iss: 'cdr-register',
    legal_entity_id: '344cbd04-ef0b-47a6-bfbd-0a7ad0a5b8a1',
    legal_entity_name: 'Acme Pty Ltd',
    org_name: 'Acme',
    client_name: 'Acme Accounts',
    client_description: 'All accounts in one place',
    client_uri: site,
    redirect_uris: redirectUris,
    logo_uri: `${site}/logo.png`,
    tos_uri: `${site}/terms`,
    policy_uri: `${site}/privacy`,
    jwks_uri: `${origin}/software/jwks`,
    revocation_uri: `${site}/revoke`,
    recipient_base_uri: site,
    software_roles: 'data-recipient-software-product',
    scope:
      'openid profile common:customer.basic:read bank:accounts.basic:read energy:electricity.servicepoints.basic:read cdr:registration',
  }),
}

/** What the software asks for in a registration, its statement aside. */
export function requestedMembers(profile) {
  return requests[profile]
}

const flows = { grant_types: ['authorization_code', 'refresh_token', 'client_credentials'] }
const signing = {
  token_endpoint_auth_method: 'private_key_jwt',
  token_endpoint_auth_signing_alg: 'PS256',
  id_token_signed_response_alg: 'PS256',
  request_object_signing_alg: 'PS256',
}

const requests = {
  uk: {
    redirect_uris: [redirectUris[0]],
    software_id: identifiers.uk.software_id,
    application_type: 'web',
    scope: 'openid accounts',
    ...flows,
    ...signing,
  },
  brazil: {
    redirect_uris: [redirectUris[0]],
    token_endpoint_auth_method: 'tls_client_auth',
    tls_client_auth_subject_dn: writtenSubject('brazil'),
    response_types: ['code'],
    webhook_uris: [`${site}/webhook`],
    ...flows,
  },
  cdr: {
    redirect_uris: [redirectUris[0]],
    application_type: 'web',
    response_types: ['code'],
    authorization_signed_response_alg: 'PS256',
    ...flows,
    ...signing,
  },
}
