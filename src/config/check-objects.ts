import { findRealmProblems, type PolicyTypes } from '../registration/index.ts'
import type { RealmDefinition } from './configuration.ts'
import { complain, type Draft } from './draft.ts'
import { realmOfDefinition } from './realm-of-definition.ts'

/** Whether the objects of a realm fit each other is the domain's to say: the admin API asks it the same. */
export function checkObjects(draft: Draft, definition: RealmDefinition, policyTypes: PolicyTypes): void {
  for (const { path, message } of findRealmProblems(realmOfDefinition(definition), policyTypes)) {
    complain(draft, ['realms', definition.name, ...path], message)
  }
}
