import type { Realm, ScopeGroup } from '../realm.ts'
import { choices, type RealmProblem, twins } from './realm-problem.ts'

type Scopes = Pick<Realm, 'scopes' | 'scopeGroups'>

/** A name is one thing: a common or an exclusive scope, or a group. Groups hold static scopes, and hide no exclusive one. */
export function checkScopes(realm: Scopes): readonly RealmProblem[] {
  const names = realm.scopes.map(({ name }) => name)
  return [
    ...twins(['scopes'], names),
    ...realm.scopes.flatMap(({ name, dynamic }, index) =>
      dynamic === true && name.split('*').length !== 2
        ? [{ path: ['scopes', index, 'name'], message: `${name} is dynamic and needs exactly one *` }]
        : [],
    ),
    ...twins(
      ['scopeGroups'],
      realm.scopeGroups.map(({ name }) => name),
    ),
    ...realm.scopeGroups.flatMap(({ name }, index) =>
      names.includes(name)
        ? [{ path: ['scopeGroups', index, 'name'], message: `${name} is the name of a scope; give the group its own` }]
        : [],
    ),
    ...realm.scopeGroups.flatMap((group, index) => checkGroup(group, index, realm)),
  ]
}

function checkGroup(group: ScopeGroup, index: number, realm: Scopes): readonly RealmProblem[] {
  const path = ['scopeGroups', index, 'scopes']
  if (group.scopes.length === 0) return [{ path, message: `group ${group.name} needs at least one scope` }]
  return [
    ...twins(path, group.scopes),
    ...group.scopes.flatMap((name, place) => {
      const message = faultOfMember(name, group, realm)
      return message === undefined ? [] : [{ path: [...path, place], message }]
    }),
  ]
}

function faultOfMember(name: string, group: ScopeGroup, { scopes, scopeGroups }: Scopes): string | undefined {
  const scope = scopes.find((candidate) => candidate.name === name)
  if (scope === undefined) {
    if (scopeGroups.some((other) => other.name === name)) return `${name} is a scope group; groups are not nested`
    const usable = scopes.filter(({ dynamic }) => dynamic !== true).map((known) => known.name)
    return `${name} is no scope of this realm; ${choices(usable)}`
  }
  if (scope.dynamic === true) return `${name} is a dynamic scope; a group holds static ones`
  if (scope.exclusive === true && group.exclusive !== true)
    return `${name} is exclusive, and a common group would give it to everybody; make the group exclusive`
  return undefined
}
