import type { PolicyTypes } from '../ports.ts'
import type { Realm } from '../realm.ts'
import { checkAssertions } from './check-assertions.ts'
import { checkDirectories } from './check-directories.ts'
import { checkExtendedProperties } from './check-extended-properties.ts'
import { checkIdentityProviders } from './check-identity-providers.ts'
import { checkPolicies } from './check-policies.ts'
import { checkRegistrationSettings } from './check-registration-settings.ts'
import { checkResources } from './check-resources.ts'
import { checkScopes } from './check-scopes.ts'
import { checkStatementIssuers } from './check-statement-issuers.ts'
import { type RealmProblem, twins } from './realm-problem.ts'

/**
 * Everything in a realm that does not fit the rest of it. The one place for it: the configuration file, and every change by
 * an administrator, is judged as the whole realm that would come of it.
 */
export function findRealmProblems(realm: Realm, policyTypes: PolicyTypes): readonly RealmProblem[] {
  return [
    ...checkScopes(realm),
    ...checkRegistrationSettings(realm, policyTypes),
    ...checkExtendedProperties(realm),
    ...checkPolicies(realm, policyTypes),
    ...checkStatementIssuers(realm),
    ...checkAssertions(realm),
    ...checkResources(realm),
    ...checkIdentityProviders(realm),
    ...checkDirectories(realm),
    ...twins(
      ['trustedCas'],
      realm.trustedCas.map(({ id }) => id),
    ),
  ]
}
