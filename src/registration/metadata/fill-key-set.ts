import type { Realm } from '../realm.ts'
import { amend, type Draft } from './draft.ts'
import { keyNeeds } from './key-needs.ts'

/**
 * Where a realm accepts what cannot be used yet, a client that needs some starts with an empty set: whatever has to be encrypted to it, or signed by
 * it, fails until then, and nothing goes out in clear instead (OIDR-ALG-05).
 */
export function fillKeySet(draft: Draft, { registration }: Realm): Draft {
  const { jwks, jwks_uri: jwksUri } = draft.metadata
  if (registration.unusableMetadata === 'refuse' || jwks !== undefined || jwksUri !== undefined) return draft
  if (!keyNeeds(draft.metadata).some(({ isForAuthentication }) => !isForAuthentication)) return draft
  return amend(draft, 'jwks', { keys: [] }, 'the keys that the algorithms need can follow')
}
