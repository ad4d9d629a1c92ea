import type { ClientMetadata, JsonValue } from '../client.ts'
import { jsonEqual } from '../json-equal.ts'
import { checkRedirectUris } from '../metadata/check-redirect-uris.ts'
import { completeMetadata, narrowMetadata, parseMetadata } from '../metadata/index.ts'
import { violation } from '../metadata/violation.ts'
import type { Realm } from '../realm.ts'
import { refuseAll, type Violation, violationsOf } from '../refusal.ts'
import { standardDialect } from '../requests.ts'

/**
 * What an administrator gives to clients or fixes for them. A client's member that is not understood is ignored; an
 * administrator's is a slip, and a value that cannot be honoured would stop every client or be lost without a word.
 * @throws Refusal with every reason.
 */
export function readBoundMetadata(given: ClientMetadata = {}, realm: Realm): ClientMetadata {
  const metadata = parseMetadata(given as JsonValue, realm)
  const { software_statement: _, ...others } = metadata
  const unusable = Object.keys(given).filter((name) => others[name] === undefined)
  refuseAll([...unusable.map(notUnderstood), ...violationsOf(() => checkValues(others, realm))])
  return others
}

function checkValues(metadata: ClientMetadata, realm: Realm): void {
  const narrowed = narrowMetadata(metadata, realm, standardDialect).metadata
  const lost = Object.keys(metadata).filter((name) => !jsonEqual(metadata[name], narrowed[name]))
  refuseAll(lost.length > 0 ? lost.map(notServed) : checkAddresses(metadata, realm))
}

/** Which addresses are admissible depends on the rest of the client, which is completed as if nothing else came. */
function checkAddresses(metadata: ClientMetadata, realm: Realm): readonly Violation[] {
  if (metadata.redirect_uris === undefined) return []
  return checkRedirectUris(completeMetadata(metadata, [], realm, standardDialect).metadata, realm)
}

function notUnderstood(member: string): Violation {
  return violation(member, 'is no client metadata that can be given here, or says nothing; leave it out')
}

function notServed(member: string): Violation {
  return violation(member, 'holds what a client cannot register in this realm')
}
