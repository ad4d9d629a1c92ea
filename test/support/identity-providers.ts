import type { Configuration } from '../../src/index.ts'

type Provider = Configuration['realms'][number]['identityProviders'][number]

/** A provider as the file would have it, with everything that can be left out left out. */
export function identityProvider(given: Pick<Provider, 'issuer'> & Partial<Provider>): Provider {
  return {
    id: 'company',
    displayName: 'Company',
    enabled: true,
    clientId: 'front',
    authMethod: 'client_secret_basic',
    scopes: ['openid', 'profile', 'email'],
    claimMap: {},
    keptClaims: ['name', 'email', 'email_verified', 'preferred_username'],
    requiredClaims: [],
    emailDomains: [],
    accounts: 'create',
    linkByVerifiedEmail: false,
    acrValues: [],
    forwardLoginHint: true,
    passwordForm: 'hidden',
    clockSkewSeconds: 30,
    ...given,
  }
}

/** Realm `default` with these providers. */
export function withProviders(providers: readonly Provider[]): (configuration: Configuration) => Configuration {
  return (configuration) => ({
    ...configuration,
    realms: configuration.realms.map((realm) => (realm.name === 'default' ? { ...realm, identityProviders: providers } : realm)),
  })
}
