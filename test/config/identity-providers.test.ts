import { describe, expect, it } from 'vitest'
import { ConfigurationError, checkConfiguration } from '../../src/config/index.ts'
import type { JsonObject } from '../../src/registration/index.ts'
import { liveRealms } from './live-world.ts'
import { problemsOf } from './problems-of.ts'
import { writeConfiguration } from './write-configuration.ts'

const provider = (changes: JsonObject = {}): JsonObject => ({
  ...{ id: 'company', displayName: 'Company', issuer: 'https://id.company.example', clientId: 'front', secret: 's' },
  ...changes,
})

describe('identity providers that administrators add', () => {
  it.each<[string, JsonObject, string]>([
    ['no issuer that is a URL', provider({ issuer: 'company' }), 'issuer'],
    ['an issuer with a query', provider({ issuer: 'https://id.company.example/?tenant=1' }), 'issuer'],
    ['an issuer with a user', provider({ issuer: 'https://me@id.company.example' }), 'issuer'],
    ['this realm as issuer', provider({ issuer: 'http://localhost:4400' }), 'issuer'],
    ['no secret where the method needs one', { ...provider(), secret: null }, 'secret'],
    ['a secret where the method has none', provider({ authMethod: 'private_key_jwt' }), 'secret'],
    ['an unheard-of method', provider({ authMethod: 'client_secret_jwt' }), 'authMethod'],
    ['scopes without openid', provider({ scopes: ['email'] }), 'scopes'],
    ['a say about who somebody is here', provider({ claimMap: { uid: 'sub' } }), 'claimMap/uid'],
    ['a say about how strongly somebody signed in here', provider({ keptClaims: ['acr'] }), 'keptClaims/0'],
    ['a claim that every object has', provider({ claimMap: { a: 'constructor' } }), 'claimMap/a'],
    ['a domain that is none', provider({ emailDomains: ['@company.example'] }), 'emailDomains/0'],
    ['a member that there is not', provider({ trustEmail: true }), 'trustEmail'],
    ['a display name without a letter', provider({ displayName: '' }), 'displayName'],
  ])('are refused with %s, and the member is named', async (_, written, member) => {
    const { live } = await liveRealms('realms: { default: {} }')
    expect(await problemsOf(live.objects.identityProviders.create('default', written, 'administrator'))).toEqual([member])
  })

  it('are refused where people sign in by HTTP Basic, which leaves no page to choose on', async () => {
    const { live } = await liveRealms('realms: { default: { signIn: http-basic } }')
    expect(await problemsOf(live.objects.identityProviders.create('default', provider(), 'administrator'))).toHaveLength(1)
  })

  it('keep their secret sealed, show it to nobody, and lose it when they become another issuer', async () => {
    const { live } = await liveRealms('realms: { default: {} }')
    const { identityProviders } = live.objects
    const created = await identityProviders.create('default', provider(), 'administrator')
    expect(JSON.stringify(created)).not.toMatch(/sealed|"secret"/)
    const sealed = () => live.find('default')?.identityProviders[0]?.sealedSecret
    expect(sealed()).toBe('sealed:s')
    const { secret: _, ...without } = provider({ displayName: 'Our company' })
    expect(await identityProviders.replace('default', 'company', without, 'administrator')).toMatchObject({ outcome: 'saved' })
    expect(sealed()).toBe('sealed:s')
    const moved = { ...without, issuer: 'https://evil.example' }
    expect(await problemsOf(identityProviders.replace('default', 'company', moved, 'administrator'))).toEqual(['secret'])
    const keyless = { ...without, authMethod: 'private_key_jwt' }
    expect(await identityProviders.replace('default', 'company', keyless, 'administrator')).toMatchObject({ outcome: 'saved' })
    expect(sealed()).toBeUndefined()
  })
})

describe('identity providers of the file', () => {
  it('are judged like those of administrators, secrets that are not there included', async () => {
    const { file, data } = await writeConfiguration(`mode: production
publicUrl: https://auth.example
realms:
  default:
    identityProviders:
      - { id: a, displayName: A, issuer: "http://id.example", clientId: c, secret: { env: MISSING } }
      - { id: a, displayName: A, issuer: "https://id.example", clientId: c }
`)
    const error = await checkConfiguration(file, { data }, {}).catch((reason: unknown) => reason)
    if (!(error instanceof ConfigurationError)) throw new Error('the configuration was accepted', { cause: error })
    const places = error.problems.map(({ path }) => path.join('.').replace('realms.default.identityProviders.', ''))
    expect(places).toEqual(expect.arrayContaining(['0.issuer', '0.secret', '1.secret', '1']))
  })

  it('belong to the realm, read-only, with what is safe where nothing is said', async () => {
    const { live } = await liveRealms(`realms:
  default:
    identityProviders:
      - { id: company, displayName: Company, issuer: "https://id.company.example", clientId: front, secret: { value: s } }
`)
    expect(live.find('default')?.identityProviders).toMatchObject([
      {
        ...{ id: 'company', sealedSecret: 'sealed:s', authMethod: 'client_secret_basic', scopes: ['openid', 'profile', 'email'] },
        ...{ accounts: 'create', linkByVerifiedEmail: false, passwordForm: 'beside', enabled: true },
      },
    ])
    expect(await live.objects.identityProviders.remove('default', 'company', 'administrator')).toEqual({ outcome: 'provisioned' })
  })
})
