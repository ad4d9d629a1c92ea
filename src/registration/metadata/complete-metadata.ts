import type { ClientMetadata } from '../client.ts'
import type { Realm } from '../realm.ts'
import type { Amendment } from './amendment.ts'
import { applyDefaults } from './apply-defaults.ts'
import type { NarrowingRules } from './narrow-flows.ts'
import { narrowMetadata } from './narrow-metadata.ts'
import { refuseUnserved } from './refuse-unserved.ts'

/**
 * What was asked for becomes what will be registered. Narrowing comes first, on what the client said alone: a default
 * must not be able to contradict it, and is chosen to agree with what is left of it.
 * @throws Refusal with every reason, where nothing usable is left, or anything is left out where the rules refuse that.
 */
export function completeMetadata(
  parsed: ClientMetadata,
  layers: readonly ClientMetadata[],
  realm: Realm,
  rules: NarrowingRules,
): { readonly metadata: ClientMetadata; readonly amendments: readonly Amendment[] } {
  if (rules.refusesUnserved === true) refuseUnserved(parsed, layers, realm)
  const narrowed = narrowMetadata(parsed, realm, rules)
  const complete = applyDefaults(narrowed.metadata, layers, realm)
  return { metadata: complete.metadata, amendments: [...narrowed.amendments, ...complete.amendments] }
}
