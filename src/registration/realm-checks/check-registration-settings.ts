import { isScopeOf, matchesScope } from '../metadata/index.ts'
import type { PolicyTypes } from '../ports.ts'
import type { Realm } from '../realm.ts'
import { violationsOf } from '../refusal.ts'
import { readBoundMetadata } from '../tokens/read-bound-metadata.ts'
import { guardsManagement } from './guards-management.ts'
import { choices, type RealmProblem } from './realm-problem.ts'

/** What the registration settings say of other parts of the realm. */
export function checkRegistrationSettings(realm: Realm, policyTypes: PolicyTypes): readonly RealmProblem[] {
  return [...checkScopeLists(realm), ...checkIssuerRule(realm), ...checkGuard(realm, policyTypes), ...checkDefaults(realm)]
}

type Judge = (name: string) => string | undefined

function checkScopeLists(realm: Realm): readonly RealmProblem[] {
  const { registration, defaultTokenScopes } = realm
  const { defaultScopes, addedScopes = [], allowedScopes = [], allowedExclusiveScopes, initialAccessTokenScopes } = registration
  const known: Judge = (name) => (isScopeOf(realm, name) ? undefined : noScope(name, realm))
  const common: Judge = (name) =>
    known(name) ?? (isExclusive(realm, name) ? `${name} is exclusive; give it in allowedExclusiveScopes` : undefined)
  const exclusive: Judge = (name) =>
    known(name) ?? (isExclusive(realm, name) ? undefined : `${name} is common; give it in allowedScopes`)
  return [
    ...faults(['defaultTokenScopes'], defaultTokenScopes, known),
    ...faults(['registration', 'defaultScopes'], defaultScopes, known),
    ...faults(['registration', 'addedScopes'], addedScopes, known),
    ...faults(['registration', 'allowedScopes'], allowedScopes, common),
    ...faults(['registration', 'allowedExclusiveScopes'], allowedExclusiveScopes, exclusive),
    ...faults(['registration', 'initialAccessTokenScopes'], initialAccessTokenScopes, known),
  ]
}

/** By its own name; else by the dynamic scope that it is a value of. */
function isExclusive({ scopes, scopeGroups }: Realm, name: string): boolean {
  const all = [...scopes, ...scopeGroups]
  const own = all.find((one) => one.name === name)
  const pattern = scopes.find((scope) => scope.dynamic === true && matchesScope(scope.name, name))
  return (own ?? pattern)?.exclusive === true
}

function noScope(name: string, { scopes, scopeGroups }: Realm): string {
  return `${name} is no scope of this realm; ${choices([...scopes, ...scopeGroups].map((one) => one.name))}`
}

function faults(path: RealmProblem['path'], names: readonly string[], faultOf: Judge): readonly RealmProblem[] {
  return names.flatMap((name, index) => {
    const message = faultOf(name)
    return message === undefined ? [] : [{ path: [...path, index], message }]
  })
}

function checkIssuerRule({ registration: { clientCertificateIssuer: rule }, trustedCas }: Realm): readonly RealmProblem[] {
  if (rule.rule !== 'one' || trustedCas.some(({ id }) => id === rule.trustedCa)) return []
  const message = `${rule.trustedCa} is no trusted CA of this realm; ${choices(trustedCas.map(({ id }) => id))}`
  return [{ path: ['registration', 'clientCertificateIssuer', 'trustedCa'], message }]
}

/** Without registration access tokens and without a guard, whoever knows a client_id could change the client. */
function checkGuard(realm: Realm, policyTypes: PolicyTypes): readonly RealmProblem[] {
  if (realm.registration.registrationAccessTokens !== 'disabled') return []
  if (realm.policies.some((instance) => guardsManagement(instance, policyTypes))) return []
  const guards = policyTypes.all().filter(({ guards }) => guards === true)
  const message = `disabled needs an enabled policy for everybody that guards read, update and delete; ${choices(guards.map(({ name }) => name))}`
  return [{ path: ['registration', 'registrationAccessTokens'], message }]
}

/** A default that no client could register would be left out without a word. */
function checkDefaults(realm: Realm): readonly RealmProblem[] {
  return violationsOf(() => readBoundMetadata(realm.registration.clientDefaults, realm)).map(({ member, reason }) => ({
    path: ['registration', 'clientDefaults', ...(member === undefined ? [] : [member])],
    message: reason,
  }))
}
