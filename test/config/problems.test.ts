import { describe, expect, it } from 'vitest'
import { ConfigurationError, loadConfiguration } from '../../src/config/index.ts'
import { writeConfiguration } from './write-configuration.ts'

async function problemsOf(text: string, env: Readonly<Record<string, string>> = {}): Promise<readonly string[]> {
  const { file, data } = await writeConfiguration(text)
  const error = await loadConfiguration(file, { data }, env).catch((reason: unknown) => reason)
  if (!(error instanceof ConfigurationError)) throw new Error('the configuration was accepted', { cause: error })
  return error.message.replaceAll(file, 'FILE').split('\n')
}

describe('a configuration with problems', () => {
  it('tells all of them together, with line, path and what would be accepted', async () => {
    const problems = await problemsOf(`mode: development
listne:
  public: { port: 80 }
listen:
  public: { port: 99999 }
realms:
  default:
    pkce: requried
    tokens:
      accessTokenLifetime: 15
      authorizationCodeLifetime: 60d
    scopes: [openid, "two words"]
    users:
      - { username: ada, password: { env: ADA_PASSWORD } }
      - { password: { value: x } }
`)
    expect(problems).toEqual([
      'FILE: 8 problems',
      '  line 2: listne: unknown key; did you mean listen?',
      '  line 5: listen.public.port: 99999 is not accepted; give a whole number from 0 to 65535',
      '  line 8: realms.default.pkce: "requried" is not accepted; give one of required, public, optional; did you mean required?',
      '  line 10: realms.default.tokens.accessTokenLifetime: 15 is not a duration; give a whole number with its unit, such as 30s, 15m, 12h or 90d',
      '  line 11: realms.default.tokens.authorizationCodeLifetime: "60d" is not accepted; give a duration from 1s to 10m',
      '  line 12: realms.default.scopes[1]: "two words" is not accepted; give a scope, or { name, description, exclusive, dynamic }',
      '  line 14: realms.default.users[0].password: environment variable ADA_PASSWORD is not set; export it, or give { file: PATH }',
      '  line 15: realms.default.users[1].username: is missing; give a text',
    ])
  })

  it('names the known keys where no guess is good', async () => {
    expect(await problemsOf('mode: development\nhttp: { tls: { frobnicate: 1 } }')).toContain(
      '  line 2: http.tls.frobnicate: unknown key; known here: keyFile, certificateFile, requestClientCertificate',
    )
  })

  it('says which parts of a realm contradict each other', async () => {
    const problems = await problemsOf(`mode: development
realms:
  default:
    scopes: [openid, openid]
    registration: { allowedScopes: [profile] }
    defaultResource: https://api.example
    tokens: { signingAlgorithms: [ES256], accessTokenSigningAlgorithm: RS256 }
    authMethods: [tls_client_auth]
    grants: [refresh_token]
    users: [{ username: ada }]
`)
    expect(problems).toEqual([
      'FILE: 7 problems',
      '  line 3: realms.default.responseTypes[0]: code cannot be served with these grants; add the grants it needs',
      '  line 4: realms.default.scopes[1]: openid stands here twice; give each its own name',
      '  line 5: realms.default.registration.allowedScopes[0]: profile is no scope of this realm; give one of openid, openid',
      '  line 6: realms.default.defaultResource: https://api.example is no resource of this realm; add it to resources',
      '  line 7: realms.default.tokens.accessTokenSigningAlgorithm: RS256 is not among signingAlgorithms; give one of ES256',
      '  line 8: realms.default.authMethods[0]: tls_client_auth needs client certificates; set features.mTLS: true',
      '  line 10: realms.default.users[0]: user ada needs either a password or a passwordHash, and one of them only',
    ])
  })

  it('says which rules of token exchange come to nothing', async () => {
    const problems = await problemsOf(`mode: development
realms:
  default:
    grants: [authorization_code, token-exchange]
    tokenExchange:
      chainLengthMax: 11
      rules:
        - { client: api, audiences: [https://api.example] }
        - { client: api }
`)
    expect(problems).toEqual([
      'FILE: one problem',
      '  line 6: realms.default.tokenExchange.chainLengthMax: 11 is not accepted; give a whole number from 1 to 10',
    ])
    const rest = await problemsOf(`mode: development
realms:
  default:
    grants: [authorization_code, token-exchange]
    tokenExchange:
      rules:
        - { client: api, audiences: [https://api.example] }
        - { client: api }
`)
    expect(rest).toEqual([
      'FILE: 2 problems',
      '  line 7: realms.default.tokenExchange.rules[0].audiences[0]: https://api.example is no resource of this realm; add it to resources',
      '  line 8: realms.default.tokenExchange.rules[1]: allows no token; give audiences or issuedTo',
    ])
  })

  it('judges the client metadata that stands in it, so that no server starts with or takes over what cannot be provisioned', async () => {
    const problems = await problemsOf(`mode: development
realms:
  default:
    registration: { clientDefaults: { client_nmae: Harbour, scope: root } }
    clients:
      - { client_id: fine, token_endpoint_auth_method: none, redirect_uris: [https://app.example/cb] }
      - client_id: wrong
        contacts: 3
        redirect_uris: [x]
      - { client_id: misspelt, grant_type: [client_credentials], token_endpoint_auth_method: none, redirect_uris: [https://app.example/cb] }
      - { client_id: secretless, redirect_uris: [https://app.example/cb] }
`)
    expect(problems).toEqual([
      'FILE: 5 problems',
      expect.stringMatching(/^ {2}line 4: realms\.default\.registration\.clientDefaults\.client_nmae: client_nmae is no client/),
      expect.stringMatching(/^ {2}line 4: realms\.default\.registration\.clientDefaults\.scope: scope names no scope/),
      expect.stringMatching(/^ {2}line 8: realms\.default\.clients\[1\]\.contacts: contacts must be an array/),
      expect.stringMatching(/^ {2}line 10: realms\.default\.clients\[2\]\.grant_type: grant_type is no client metadata/),
      expect.stringMatching(/^ {2}line 11: realms\.default\.clients\[3\]\.client_secret: client secretless .* needs a secret/),
    ])
  })

  it('refuses two realms with one issuer', async () => {
    expect(await problemsOf('mode: development\nrealms:\n  default: {}\n  other: { issuer: "http://localhost:4400/" }')).toEqual([
      'FILE: one problem',
      '  line 4: realms.other.issuer: is the issuer of realm default already; give each realm its own',
    ])
  })

  it.each([
    ['mode: [', 'is not YAML as it should be'],
    ['mode: development\nmode: production', 'is not YAML as it should be: Map keys must be unique'],
    ['- a list', 'a list is not accepted; give a mapping'],
    [
      'realms: { Default: {} }',
      'realms.Default: is not a name that can stand here; give realms by name, of small letters, digits and hyphens',
    ],
    ['mode: development\nrealms: {}', 'realms: must not be empty; give at least the realm default'],
    ['mode: development\npublicUrl: localhost', 'publicUrl: "localhost" is not an issuer'],
    ['mode: development\npublicUrl: https://a.example/?x=1', 'is not an issuer'],
    ['mode: development\nsecret: { value: short }', 'secret: is too short; give at least 32 random bytes'],
    ['mode: development\nsecret: { file: missing.txt }', 'secret: cannot read'],
    ['mode: development\nsecret: plain', 'secret: "plain" is not accepted; give { env: NAME } or { file: PATH }'],
    ['mode: development\ndatabase: { url: { value: "mysql://x" } }', 'database.url: is not a PostgreSQL URL'],
    ['mode: development\nlisten: { public: { port: 0 } }', 'publicUrl: is missing; with port 0 nobody could know it'],
    ['http: { trustedProxies: [proxy.local] }', '"proxy.local" is not accepted; give an address or a network, such as'],
    ['__proto__: { x: 1 }', '__proto__: unknown key'],
    ['a: &a [x, x, x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b]\nd: [*c, *c, *c, *c]', 'alias'],
  ])('refuses %j', async (text, problem) => {
    expect((await problemsOf(text)).join('\n')).toContain(problem)
  })

  it('says that there is no such file', async () => {
    await expect(loadConfiguration('/nowhere/registrar.yaml', {}, {})).rejects.toThrow(
      '/nowhere/registrar.yaml: one problem\n  there is no such file',
    )
  })
})

describe('mode production, the default', () => {
  const safe = {
    REGISTRAR_SECRET: 'a'.repeat(32),
    REGISTRAR_ADMIN_TOKEN: 'b'.repeat(32),
    REGISTRAR_PUBLIC_URL: 'https://auth.example',
  }

  it('refuses to start without URL, secret and administrator token, and says what to set', async () => {
    expect(await problemsOf('realms: { default: {} }')).toEqual([
      'FILE: 3 problems',
      '  publicUrl: is missing; give the https URL that clients reach this server under',
      '  secret: environment variable REGISTRAR_SECRET is not set; export it, or give { file: PATH }',
      '  adminToken: environment variable REGISTRAR_ADMIN_TOKEN is not set; export it, or give { file: PATH }',
    ])
  })

  it.each([
    ['adminToken: { value: hunter2 }', 'adminToken: a secret in the file itself is for mode development alone'],
    ['secret: { generated: root }', 'secret: a generated secret is for mode development alone'],
    [`secret: { value: ${'a'.repeat(40)} }`, 'secret: a secret in the file itself is for mode development alone'],
    [
      'realms: { default: { users: [{ username: a, password: { generated: a } }] } }',
      'a generated secret is for mode development alone',
    ],
    [
      'realms: { default: { clients: [{ client_id: a, secret: { value: b } }] } }',
      'a secret in the file itself is for mode development alone',
    ],
    ['realms: { default: { issuer: "http://auth.example" } }', 'is plain http beyond loopback; give an https URL'],
    [
      'http: { rateLimits: { registrationsPerAddress: { requestsMax: 5000, window: 1m } } }\n' +
        'realms: { default: { registration: { enabled: true, initialAccessTokenRequired: false } } }',
      'registration is open to anyone while http.rateLimits.registrationsPerAddress hardly limits it',
    ],
  ])('refuses %s', async (text, problem) => {
    expect((await problemsOf(text, safe)).join('\n')).toContain(problem)
  })

  it('refuses an administrator token that can be guessed', async () => {
    expect((await problemsOf('{}', { ...safe, REGISTRAR_ADMIN_TOKEN: 'admin' })).join('\n')).toContain('adminToken: is too short')
  })

  it('has safe defaults: registration off, PKCE for everybody, no implicit grant, short tokens', async () => {
    const { file, data } = await writeConfiguration('{}')
    const { realms } = await loadConfiguration(file, { data }, safe)
    const { base, registration } = realms[0] ?? { base: undefined }
    expect(registration).toBeUndefined()
    expect(base).toMatchObject({
      pkce: 'required',
      issuer: 'https://auth.example',
      development: false,
      unknownResources: 'refuse',
      capabilities: { grantTypes: ['authorization_code', 'refresh_token'], responseTypes: ['code'] },
      tokens: { accessTokenLifetimeSeconds: 3600, authorizationCodeLifetimeSeconds: 60, rotateRefreshTokens: true },
    })
  })
})
