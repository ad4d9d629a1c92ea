import type { ClientMetadata } from '../client.ts'
import type { Violation } from '../refusal.ts'
import { symmetricMembers } from './algorithms.ts'
import { parseDistinguishedName } from './distinguished-name.ts'
import { violation } from './violation.ts'

/** How the client proves itself, and what its tokens are bound to. */
export function checkAuthentication(metadata: ClientMetadata): readonly Violation[] {
  const { token_endpoint_auth_method: method } = metadata
  return [
    ...(method === 'tls_client_auth' ? checkSubject(metadata) : []),
    ...(method === 'none' ? symmetricMembers(metadata) : []).map((member) =>
      violation(
        member,
        'must be an asymmetric algorithm, since a client with token_endpoint_auth_method none cannot keep a secret',
      ),
    ),
    ...checkBinding(metadata),
    ...checkRequestObjects(metadata),
  ]
}

const subjectMembers = [
  'tls_client_auth_subject_dn',
  'tls_client_auth_san_dns',
  'tls_client_auth_san_uri',
  'tls_client_auth_san_ip',
  'tls_client_auth_san_email',
]

/** RFC 8705 §2.1.2: exactly one of five. */
function checkSubject(metadata: ClientMetadata): readonly Violation[] {
  const given = subjectMembers.filter((member) => metadata[member] !== undefined)
  if (given.length === 1) return checkDistinguishedName(metadata['tls_client_auth_subject_dn'])
  const expectation = `needs exactly one of ${subjectMembers.join(', ')} with the value tls_client_auth (RFC 8705 2.1.2)`
  return [violation('token_endpoint_auth_method', expectation)]
}

/** What is no name at all would match no certificate ever (RFC 8705 §2.1.2, RFC 4514 §3). */
function checkDistinguishedName(text: unknown): readonly Violation[] {
  if (typeof text !== 'string') return []
  const name = parseDistinguishedName(text)
  if (!('problem' in name)) return []
  const accepted = 'accepted is a distinguished name of RFC 4514, such as CN=client,O=Bank,C=DE'
  return [violation('tls_client_auth_subject_dn', `${name.problem}; ${accepted}`)]
}

/** A token has one confirmation method; the engine binds to a key or to a certificate, not to both. */
function checkBinding(metadata: ClientMetadata): readonly Violation[] {
  const isBoundTwice =
    metadata['dpop_bound_access_tokens'] === true && metadata['tls_client_certificate_bound_access_tokens'] === true
  return isBoundTwice
    ? [violation('dpop_bound_access_tokens', 'and tls_client_certificate_bound_access_tokens cannot both be true; choose one')]
    : []
}

/** RFC 9101 §10.5: who demands signed request objects cannot register unsigned ones. */
function checkRequestObjects(metadata: ClientMetadata): readonly Violation[] {
  const contradicts = metadata['require_signed_request_object'] === true && metadata['request_object_signing_alg'] === 'none'
  return contradicts ? [violation('request_object_signing_alg', 'must not be none with require_signed_request_object')] : []
}
