import type { JsonObject, JsonValue, Realm } from '../../../registration/index.ts'
import type { ManagedObject } from '../../ports.ts'

/** A realm, as far as PingAM's OAuth2 Provider service speaks about it. */
export interface ProviderView {
  readonly realm: Realm
  readonly settings: JsonObject
  /** The configuration file owns the settings. */
  readonly provisioned: boolean
  readonly scopes: readonly ManagedObject[]
  /** What an administrator has made the realm of; absent where the configuration file has. */
  readonly definition?: JsonObject
}

/** What an attribute that is written makes of the realm. */
export interface ProviderChange {
  /** Over the registration settings as they are, members of objects one by one. */
  readonly settings?: JsonObject
  /** Scopes that have to be there. */
  readonly scopes?: readonly JsonObject[]
  /** Over what the realm is made of. */
  readonly definition?: JsonObject
}

export interface ProviderAttribute {
  readonly section: string
  readonly name: string
  /** Its JSON, for whoever sends something else. */
  readonly accepts: 'true or false' | 'a string' | 'a whole number' | 'an array of strings'
  readonly read: (view: ProviderView) => JsonValue
  /** Absent: nothing that is decided here; `place` says where. */
  readonly change?: (value: JsonValue) => ProviderChange
  /** The change is one of what the realm is made of, and there is one only where an administrator has made it. */
  readonly isDefinition?: true
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

/** What stands in a definition by a short name. */
const grantNames: Readonly<Record<string, string>> = {
  'urn:ietf:params:oauth:grant-type:device_code': 'device',
  'urn:openid:params:grant-type:ciba': 'ciba',
  'urn:ietf:params:oauth:grant-type:token-exchange': 'token-exchange',
  'urn:ietf:params:oauth:grant-type:jwt-bearer': 'jwt-bearer',
}

const lifetime = (name: string, member: 'accessToken' | 'refreshToken' | 'authorizationCode'): ProviderAttribute => ({
  section: core,
  name,
  accepts: 'a whole number',
  read: ({ realm }) => realm.tokens[`${member}LifetimeSeconds`],
  isDefinition: true,
  change: (value) => ({ definition: { tokens: { [`${member}LifetimeSeconds`]: value } } }),
  place: inFile(`tokens.${member}Lifetime`),
})

/** Attributes that are told, and decided where the realm is defined: by an administrator here too, in the file only there. */
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
    isDefinition: true,
    change: (value) => ({ definition: { grants: texts(value).map((grant) => grantNames[grant] ?? grant) } }),
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
  lifetime('accessTokenLifetime', 'accessToken'),
  lifetime('refreshTokenLifetime', 'refreshToken'),
  lifetime('codeLifetime', 'authorizationCode'),
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
