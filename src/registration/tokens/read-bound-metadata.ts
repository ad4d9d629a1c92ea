import type { ClientMetadata, JsonValue } from '../client.ts'
import { jsonEqual } from '../json-equal.ts'
import { checkRedirectUris } from '../metadata/check-redirect-uris.ts'
import { completeMetadata, narrowMetadata, parseMetadata } from '../metadata/index.ts'
import { violation } from '../metadata/violation.ts'
import type { Realm } from '../realm.ts'
import { refuseAll, type Violation } from '../refusal.ts'
import { standardDialect } from '../requests.ts'

/**
 * What an initial access token gives or fixes. A client's member that is not understood is ignored; an administrator's is a
 * slip, and one that cannot be honoured would make a token that nobody can use.
 * @throws Refusal with every reason.
 */
export function readBoundMetadata(given: ClientMetadata = {}, realm: Realm): ClientMetadata {
  const metadata = parseMetadata(given as JsonValue, realm)
  refuseAll(Object.keys(given).filter((name) => metadata[name] === undefined || name === 'software_statement').map(unusable))
  const narrowed = narrowMetadata(metadata, realm, standardDialect).metadata
  refuseAll(Object.keys(metadata).filter((name) => !jsonEqual(metadata[name], narrowed[name])).map(notServed))
  refuseAll(checkAddresses(metadata, realm))
  return metadata
}

function unusable(member: string): Violation {
  return violation(member, 'is no client metadata with a value that a token can be bound to; leave it out')
}

function notServed(member: string): Violation {
  return violation(member, 'holds what a client cannot register in this realm')
}

/** Which addresses are admissible depends on the rest of the client, which is completed as if nothing else came. */
function checkAddresses(metadata: ClientMetadata, realm: Realm): readonly Violation[] {
  if (metadata.redirect_uris === undefined) return []
  return checkRedirectUris(completeMetadata(metadata, [], realm, standardDialect).metadata, realm)
}
