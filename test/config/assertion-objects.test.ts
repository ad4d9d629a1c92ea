import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../src/registration/index.ts'
import { liveRealms } from './live-world.ts'
import { problemsOf } from './problems-of.ts'

const jwks = { keys: [{ kty: 'EC', crv: 'P-256', x: 'x', y: 'y' }] }
const issuer = (changes: JsonObject): JsonObject => ({
  ...{ id: 'idp', issuer: 'https://idp.example', keys: { kind: 'jwks', jwks }, uses: ['jwt-bearer'], clients: 'any' },
  ...changes,
})
const audience = (changes: JsonObject): JsonObject => ({
  ...{ id: 'chat', issuer: 'https://chat.example', clients: [{ client_id: 'agent' }] },
  ...changes,
})

describe('assertion issuers and audiences that administrators add', () => {
  it.each<[string, 'assertionIssuers' | 'assertionAudiences', JsonObject, string]>([
    ['the realm itself', 'assertionIssuers', issuer({ issuer: 'http://localhost:4400' }), 'issuer'],
    ['an issuer that has an entry', 'assertionIssuers', issuer({ issuer: 'https://known.example' }), 'issuer'],
    ['an issuer that is good for nothing', 'assertionIssuers', issuer({ uses: [] }), 'uses'],
    ['an issuer of unheard-of use', 'assertionIssuers', issuer({ uses: ['sign-in'] }), 'uses/0'],
    ['an issuer without a word about clients', 'assertionIssuers', { ...issuer({}), clients: [] }, 'clients'],
    ['an issuer with a shared secret', 'assertionIssuers', issuer({ algorithms: ['HS256'] }), 'algorithms/0'],
    ['an issuer without signatures', 'assertionIssuers', issuer({ algorithms: ['none'] }), 'algorithms/0'],
    ['an issuer with an empty key set', 'assertionIssuers', issuer({ keys: { kind: 'jwks', jwks: {} } }), 'keys/jwks'],
    [
      'an issuer with a private key',
      'assertionIssuers',
      issuer({ keys: { kind: 'jwks', jwks: { keys: [{ kty: 'EC', d: 'x' }] } } }),
      'keys/jwks/keys/0',
    ],
    [
      'an issuer with keys from somewhere else than the web',
      'assertionIssuers',
      issuer({ keys: { kind: 'jwks-uri', jwksUri: 'file:///etc/keys' } }),
      'keys/jwksUri',
    ],
    ['an issuer with this realm’s keys', 'assertionIssuers', issuer({ keys: { kind: 'realm', realm: 'default' } }), 'keys/realm'],
    ['an issuer for unknown scopes', 'assertionIssuers', issuer({ scopes: ['root'] }), 'scopes/0'],
    [
      'an issuer that speaks for every address',
      'assertionIssuers',
      issuer({ subject: { kind: 'username', claim: 'email' } }),
      'subject/emailDomains',
    ],
    [
      'an issuer whose people sign in by a provider that there is not',
      'assertionIssuers',
      issuer({ subject: { kind: 'identity-provider', provider: 'corp' } }),
      'subject/provider',
    ],
    ['the realm itself as audience', 'assertionAudiences', audience({ issuer: 'http://localhost:4400' }), 'issuer'],
    ['an audience that has an entry', 'assertionAudiences', audience({ issuer: 'https://mail.example' }), 'issuer'],
    ['an audience under another’s name', 'assertionAudiences', audience({ aliases: ['urn:mail'] }), 'aliases/0'],
    ['an audience without clients', 'assertionAudiences', audience({ clients: [] }), 'clients'],
    [
      'an audience that knows one client twice',
      'assertionAudiences',
      audience({ clients: [{ client_id: 'agent' }, { client_id: 'agent', clientIdThere: 'x' }] }),
      'clients/1',
    ],
    [
      'an audience that is told what a token is bound to',
      'assertionAudiences',
      audience({ claims: ['email', 'cnf'] }),
      'claims/1',
    ],
    ['an audience with another algorithm', 'assertionAudiences', audience({ algorithm: 'ES512' }), 'algorithm'],
    [
      'an audience with assertions that live for long',
      'assertionAudiences',
      audience({ lifetimeSeconds: 86_400 }),
      'lifetimeSeconds',
    ],
  ])('are refused as %s, and nothing is stored', async (_title, member, written, at) => {
    const { live, events } = await liveRealms(`realms:
  default:
    assertionIssuers:
      - { id: known, issuer: https://known.example, keys: { kind: realm, realm: other }, uses: [id-jag], clients: any }
    assertionAudiences:
      - { id: mail, issuer: https://mail.example, aliases: ["urn:mail"], clients: [{ client_id: agent }] }
`)
    const found = await problemsOf(live.objects[member].create('default', written, 'eve'))
    expect(found).toContain(at)
    expect(events).toEqual([])
  })

  it('trust nobody further than they say: no scopes, no accounts, each assertion once', async () => {
    const { live, events } = await liveRealms('realms: { default: {} }')
    expect(await live.objects.assertionIssuers.create('default', issuer({}), 'eve')).toMatchObject({ outcome: 'saved' })
    expect(await live.objects.assertionAudiences.create('default', audience({}), 'eve')).toMatchObject({ outcome: 'saved' })
    expect(live.find('default')?.assertionIssuers).toMatchObject([
      {
        scopes: [],
        audiences: [],
        subject: { kind: 'foreign' },
        replay: 'refused',
        publicClients: false,
        lifetimeMaxSeconds: 3600,
      },
    ])
    expect(live.find('default')?.assertionAudiences).toMatchObject([
      { resources: [], scopes: [], claims: [], lifetimeSeconds: 300 },
    ])
    expect(events.map(({ type }) => type)).toEqual(['assertion-issuer.created', 'assertion-audience.created'])
  })
})
