import type { ClientMetadata } from '../client.ts'
import type { Realm } from '../realm.ts'
import { addScopes } from './add-scopes.ts'
import type { Amendment } from './amendment.ts'
import { type Draft, draftOf } from './draft.ts'
import { dropIneffective } from './drop-ineffective.ts'
import { fillFlows } from './fill-flows.ts'
import { fillFromLayers } from './fill-from-layers.ts'
import { fillKeySet } from './fill-key-set.ts'
import { fillStandardDefaults } from './fill-standard-defaults.ts'
import { meetRequirements } from './meet-requirements.ts'

/**
 * Fills in what the client left out (RFC 7591 §3.1): from the operator's layers, the first one winning, then from the
 * standards; so that the answer shows all that is in force (DCR-RSP-07), and nothing that has no effect.
 */
export function applyDefaults(
  metadata: ClientMetadata,
  layers: readonly ClientMetadata[],
  realm: Realm,
): { readonly metadata: ClientMetadata; readonly amendments: readonly Amendment[] } {
  const steps: readonly ((draft: Draft) => Draft)[] = [
    (draft) => fillFromLayers(draft, layers, realm),
    (draft) => fillFlows(draft, realm),
    (draft) => addScopes(draft, realm),
    (draft) => fillStandardDefaults(draft, realm),
    (draft) => fillKeySet(draft, realm),
    (draft) => meetRequirements(draft, realm),
    dropIneffective,
  ]
  const { metadata: complete, amendments } = steps.reduce((draft, step) => step(draft), draftOf(metadata))
  return { metadata: complete, amendments }
}
