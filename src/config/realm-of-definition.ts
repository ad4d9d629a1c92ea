import type { Realm } from '../registration/index.ts'
import type { RealmDefinition } from './configuration.ts'
import { sealDirectory, sealIdentityProvider, sealStatementIssuer } from './objects/unsealed.ts'
import { parseRegistrationSettings } from './parse-registration-settings.ts'

/** The realm as the file alone has it, for whoever has to judge that before anything runs. Its secrets are not in it. */
export function realmOfDefinition({
  base,
  registration,
  statementIssuers,
  identityProviders,
  directories,
}: RealmDefinition): Realm {
  const settings = registration ?? parseRegistrationSettings({}, base.profile)
  const sealed = statementIssuers.map((issuer) => sealStatementIssuer(issuer, () => ''))
  return {
    ...{ ...base, revision: 0, registration: settings, registrationActive: settings.enabled, statementIssuers: sealed },
    identityProviders: identityProviders.map((provider) => sealIdentityProvider(provider, () => '')),
    directories: directories.map((directory) => sealDirectory(directory, () => '')),
  }
}
