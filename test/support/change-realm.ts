import type { Configuration, RealmDefinition } from '../../src/config/index.ts'
import type { RegistrationSettings } from '../../src/registration/index.ts'

/** Realm `default` with other registration settings. */
export function withSettings(settings: Partial<RegistrationSettings>): (configuration: Configuration) => Configuration {
  return changingRealm((realm) =>
    realm.registration === undefined ? realm : { ...realm, registration: { ...realm.registration, ...settings } },
  )
}

export function changingRealm(
  change: (realm: RealmDefinition) => RealmDefinition,
): (configuration: Configuration) => Configuration {
  return (configuration) => ({
    ...configuration,
    realms: configuration.realms.map((realm) => (realm.name === 'default' ? change(realm) : realm)),
  })
}
