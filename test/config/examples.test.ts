import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { ConfigurationError, checkConfiguration } from '../../src/config/index.ts'

const folder = new URL('../../examples/', import.meta.url)
const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'))

/** The variables that an example names in its comments. */
const environment = {
  REGISTRAR_PUBLIC_URL: 'https://auth.example',
  REGISTRAR_SECRET: 'only-for-tests-'.repeat(3),
  REGISTRAR_ADMIN_TOKEN: 'only-for-tests-'.repeat(3),
  REGISTRAR_DATABASE_URL: 'postgresql://registrar@localhost/registrar',
}
const load = (name: string, env: Readonly<Record<string, string>> = {}) =>
  checkConfiguration(new URL(name, folder).pathname, {}, env)

describe('the examples', () => {
  it.each(files)('%s is valid', async (name) => {
    const configuration = await load(name, name === 'production.yaml' ? environment : {})
    expect(configuration.realms.length).toBeGreaterThan(0)
  })

  it('quickstart.yaml registers anyone and follows the port', async () => {
    const { realms, publicUrl } = await checkConfiguration(new URL('quickstart.yaml', folder).pathname, { port: 5000 }, {})
    const { base, registration, users } = realms[0] ?? {}
    expect(publicUrl).toBe('http://localhost:5000')
    expect(registration).toMatchObject({ enabled: true, initialAccessTokenRequired: false, managementEnabled: true })
    expect(registration?.redirectUris.undottedSchemes).toContain('cursor')
    expect(base?.scopes.map(({ name }) => name)).toEqual(['openid', 'profile', 'email', 'offline_access', 'mcp:tools'])
    expect(base?.unknownResources).toBe('accept')
    expect(base?.capabilities.features).toMatchObject({
      pushedAuthorizationRequests: true,
      requestObjects: true,
      jwtResponseModes: true,
      dPoP: true,
      mTLS: true,
      richAuthorizationRequests: true,
      deviceFlow: true,
      ciba: true,
    })
    expect(users).toMatchObject([{ username: 'ada', isPasswordGenerated: true }])
  })

  it('simpleidserver.yaml has the client of the walk-through, and tokens of half an hour', async () => {
    const { realms } = await load('simpleidserver.yaml')
    const { base, registration, clients } = realms[0] ?? {}
    expect(base).toMatchObject({ dialects: ['simpleidserver'], tokens: { accessTokenLifetimeSeconds: 1800 } })
    expect(registration).toMatchObject({
      enabled: true,
      initialAccessTokenRequired: true,
      initialAccessTokenScopes: ['register'],
    })
    expect(clients).toMatchObject([
      {
        client_id: 'registerClient',
        client_secret: 'password',
        metadata: { grant_types: ['client_credentials'], scope: 'register' },
      },
    ])
  })

  it('production.yaml refuses to start without what it names, and says what that is', async () => {
    const error = await load('production.yaml').catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(ConfigurationError)
    const { problems } = error as ConfigurationError
    expect(problems.map(({ path, message }) => `${path.join('.')}: ${message}`)).toEqual([
      'publicUrl: is missing; give the https URL that clients reach this server under',
      'secret: environment variable REGISTRAR_SECRET is not set; export it, or give { file: PATH }',
      'adminToken: environment variable REGISTRAR_ADMIN_TOKEN is not set; export it, or give { file: PATH }',
      'database.url: environment variable REGISTRAR_DATABASE_URL is not set; export it, or give { file: PATH }',
    ])
  })

  it('production.yaml is closed by default', async () => {
    const { realms } = await load('production.yaml', environment)
    expect(realms[0]?.registration).toMatchObject({ enabled: false, initialAccessTokenRequired: true })
  })
})
