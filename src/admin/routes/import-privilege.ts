import { Value } from 'typebox/value'
import type { JsonObject, Realm } from '../../registration/index.ts'
import { importedPrivilege } from '../contract-agents.ts'
import type { AdminPorts } from '../ports.ts'
import { termsOf } from './terms-of-privilege.ts'

export interface ImportCircumstances {
  readonly actor: string
  readonly ports: AdminPorts
}

type Outcome = { readonly outcome: 'imported' | 'exists' } | { readonly outcome: 'refused'; readonly detail: string }

/** As an export has it. Its agent and its people have to be there, under the ids that they had. */
export async function importPrivilege(
  realm: Realm,
  definition: JsonObject,
  { actor, ports }: ImportCircumstances,
): Promise<Outcome> {
  if (!Value.Check(importedPrivilege, definition)) {
    const [first] = Value.Errors(importedPrivilege, definition)
    const detail = `the privilege is not as it should be: ${first?.instancePath || 'it'} ${first?.message ?? ''}`
    return { outcome: 'refused', detail }
  }
  const { id, agent, ...said } = definition
  if ((await ports.agents.findPrivilege(realm.name, id)) !== undefined) return { outcome: 'exists' }
  await ports.agents.grant({ realm, actor, id, agent, terms: termsOf(said) })
  return { outcome: 'imported' }
}
