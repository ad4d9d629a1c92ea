import type { ClientMetadata } from '../client.ts'
import type { Realm } from '../realm.ts'
import type { Violation } from '../refusal.ts'
import { contentEncryptionMember, encryptionMembers } from './algorithms.ts'
import { echo, oneOf } from './echo.ts'
import { findMember } from './members.ts'
import { supportedValues } from './supported-values.ts'
import { violation } from './violation.ts'

/** Every enumerated member holds what discovery advertises (OIDR-ALG-01), and no algorithm lacks its other half. */
export function checkAlgorithms(metadata: ClientMetadata, realm: Realm): readonly Violation[] {
  return [...checkValues(metadata, realm), ...checkContentEncryption(metadata), ...checkUnsignedIdToken(metadata)]
}

function checkValues(metadata: ClientMetadata, realm: Realm): readonly Violation[] {
  return Object.entries(metadata).flatMap(([member, value]) => {
    if (typeof value !== 'string' || !findMember(member)?.enumerated) return []
    const supported = supportedValues(member, metadata, realm)
    if (supported.includes(value)) return []
    return [violation(member, `must be ${oneOf(supported)}, not ${echo(value)}`, { kind: 'unsupported', about: [value] })]
  })
}

/** OIDR-MD-12: content encryption means nothing without the algorithm that wraps its key. */
function checkContentEncryption(metadata: ClientMetadata): readonly Violation[] {
  return encryptionMembers
    .filter((member) => metadata[member] === undefined && metadata[contentEncryptionMember(member)] !== undefined)
    .map((member) => violation(contentEncryptionMember(member), `needs ${member}`, { kind: 'missing', about: [member] }))
}

/** OIDR-MD-11: an ID token that passes through the browser is always signed. */
function checkUnsignedIdToken(metadata: ClientMetadata): readonly Violation[] {
  const passesBrowser = metadata.response_types?.some((responseType) => responseType.split(' ').includes('id_token'))
  return passesBrowser && metadata.id_token_signed_response_alg === 'none'
    ? [violation('id_token_signed_response_alg', 'must not be none with a response type that contains id_token')]
    : []
}
