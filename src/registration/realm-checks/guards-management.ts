import type { Operation } from '../policy-authority/define-policy.ts'
import type { PolicyTypes } from '../ports.ts'
import type { PolicyInstance } from '../realm.ts'

const guarded: readonly Operation[] = ['read', 'update', 'delete']

/** Whether registration access tokens can be done without, for every client that registered itself (RFC 7592 §2). */
export function guardsManagement(
  { policy, enabled, onlyBound, channels, appliesTo }: PolicyInstance,
  types: PolicyTypes,
): boolean {
  const type = types.find(policy)
  if (!enabled || onlyBound || channels !== undefined || appliesTo !== undefined || type?.guards !== true) return false
  return guarded.every((operation) => type.operations?.includes(operation))
}
