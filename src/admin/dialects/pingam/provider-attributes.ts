import type { JsonObject, JsonValue, Realm } from '../../../registration/index.ts'
import type { ManagedObject } from '../../ports.ts'

/** A realm, as far as PingAM's OAuth2 Provider service speaks about it. */
export interface ProviderView {
  readonly realm: Realm
  readonly settings: JsonObject
  /** The configuration file owns the settings. */
  readonly provisioned: boolean
  readonly scopes: readonly ManagedObject[]
}

/** What an attribute that is written makes of the realm. */
export interface ProviderChange {
  /** Over the registration settings as they are, members of objects one by one. */
  readonly settings?: JsonObject
  /** Scopes that have to be there. */
  readonly scopes?: readonly JsonObject[]
}

export interface ProviderAttribute {
  readonly section: string
  readonly name: string
  /** Its JSON, for whoever sends something else. */
  readonly accepts: 'true or false' | 'a string' | 'a whole number' | 'an array of strings'
  readonly read: (view: ProviderView) => JsonValue
  /** Absent: nothing that is decided at run time; `place` says where. */
  readonly change?: (value: JsonValue) => ProviderChange
  /** Where it is decided instead. */
  readonly place?: string
}

const registration = 'clientDynamicRegistrationConfig'
const advanced = 'advancedOAuth2Config'
const core = 'coreOAuth2Config'

const texts = (value: JsonValue | undefined): readonly string[] => (Array.isArray(value) ? value.map(String) : [])
const part = (settings: JsonObject, name: string): JsonObject => (settings[name] ?? {}) as JsonObject

/** Attributes that a change of the registration settings is. */
const changeable: readonly ProviderAttribute[] = [
  {
    section: registration,
    name: 'allowDynamicRegistration',
    accepts: 'true or false',
    read: ({ settings }) => settings['enabled'] === true && settings['initialAccessTokenRequired'] === false,
    // There, registration is on in any case: this is whether it needs a token.
    change: (value) => ({ settings: { enabled: true, initialAccessTokenRequired: value !== true } }),
  },
  {
    section: registration,
    name: 'dynamicClientRegistrationSoftwareStatementRequired',
    accepts: 'true or false',
    read: ({ settings }) => part(settings, 'softwareStatements')['required'] ?? false,
    change: (value) => ({ settings: { softwareStatements: { required: value } } }),
  },
  {
    section: registration,
    name: 'requiredSoftwareStatementAttestedAttributes',
    accepts: 'an array of strings',
    read: ({ settings }) => part(settings, 'softwareStatements')['requiredClaims'] ?? [],
    change: (value) => ({ settings: { softwareStatements: { requiredClaims: value } } }),
  },
  {
    section: registration,
    name: 'generateRegistrationAccessTokens',
    accepts: 'true or false',
    read: ({ settings }) => settings['managementEnabled'] === true && settings['registrationAccessTokens'] === 'issued',
    change: (value) => ({
      settings: { managementEnabled: true, registrationAccessTokens: value === true ? 'issued' : 'unless-open' },
    }),
  },
  {
    section: registration,
    name: 'dynamicClientRegistrationScope',
    accepts: 'a string',
    read: ({ settings }) => texts(settings['initialAccessTokenScopes'])[0] ?? '',
    // Whoever has it may register clients, so that no client has it without being granted it.
    change: (value) =>
      value === ''
        ? { settings: { initialAccessTokenScopes: [] } }
        : { settings: { initialAccessTokenScopes: [value] }, scopes: [{ name: value, exclusive: true }] },
  },
  {
    section: advanced,
    name: 'supportedScopes',
    accepts: 'an array of strings',
    read: ({ settings, scopes }) => readAllowlist(settings, scopes),
    change: (value) => {
      const scopes = texts(value).map(readAllowed)
      return { settings: { allowedScopes: scopes.map(({ name }) => name) as JsonValue }, scopes }
    },
  },
  {
    section: advanced,
    name: 'defaultScopes',
    accepts: 'an array of strings',
    read: ({ settings }) => settings['defaultScopes'] ?? [],
    change: (value) => ({ settings: { defaultScopes: value, omittedScope: 'default-scopes' } }),
  },
]

const inFile = (key: string) => `\`${key}\` of the realm`

/** Attributes that are told, and decided where the realm is defined. */
const fixed: readonly ProviderAttribute[] = [
  {
    section: registration,
    name: 'dynamicClientRegistrationScript',
    accepts: 'a string',
    read: () => '[Empty]',
    place: 'policies (`policies` of the realm), which judge before anything is stored',
  },
  {
    section: advanced,
    name: 'grantTypes',
    accepts: 'an array of strings',
    read: ({ realm }) => realm.capabilities.grantTypes,
    place: inFile('grants'),
  },
  {
    section: advanced,
    name: 'supportedSubjectTypes',
    accepts: 'an array of strings',
    read: ({ realm }) => realm.capabilities.values['subject_type'] ?? ['public'],
    place: 'this server',
  },
  {
    section: advanced,
    name: 'codeVerifierEnforced',
    accepts: 'a string',
    read: ({ realm }) => (realm.pkce === 'required' ? 'true' : 'public'),
    place: inFile('pkce'),
  },
  {
    section: advanced,
    name: 'tlsCertificateBoundAccessTokensEnabled',
    accepts: 'true or false',
    read: ({ realm }) => realm.capabilities.features.mTLS,
    place: inFile('features.mTLS'),
  },
  {
    section: core,
    name: 'accessTokenLifetime',
    accepts: 'a whole number',
    read: ({ realm }) => realm.tokens.accessTokenLifetimeSeconds,
    place: inFile('tokens.accessTokenLifetimeSeconds'),
  },
  {
    section: core,
    name: 'refreshTokenLifetime',
    accepts: 'a whole number',
    read: ({ realm }) => realm.tokens.refreshTokenLifetimeSeconds,
    place: inFile('tokens.refreshTokenLifetimeSeconds'),
  },
  {
    section: core,
    name: 'codeLifetime',
    accepts: 'a whole number',
    read: ({ realm }) => realm.tokens.authorizationCodeLifetimeSeconds,
    place: inFile('tokens.authorizationCodeLifetimeSeconds'),
  },
  {
    section: 'coreOIDCConfig',
    name: 'oidcDiscoveryEndpointEnabled',
    accepts: 'true or false',
    read: () => true,
    place: 'this server, which always answers there',
  },
]

export const providerAttributes: readonly ProviderAttribute[] = [...changeable, ...fixed]

/** `name`, `name|description` or `name|locale|description`; an asterisk stands for whatever is in its place. */
function readAllowed(written: string): JsonObject & { readonly name: string } {
  const [name = '', ...about] = written.split('|')
  const description = about.at(-1)?.trim() ?? ''
  return {
    name: name.trim(),
    ...(description === '' ? {} : { description }),
    ...(name.includes('*') ? { dynamic: true } : {}),
  }
}

function readAllowlist(settings: JsonObject, scopes: readonly ManagedObject[]): readonly string[] {
  const common = scopes.filter(({ definition }) => definition['exclusive'] !== true)
  const names = settings['allowedScopes'] === undefined ? common.map(({ id }) => id) : texts(settings['allowedScopes'])
  return names.map((name) => {
    const description = common.find(({ id }) => id === name)?.definition['description']
    return typeof description === 'string' ? `${name}|${description}` : name
  })
}
