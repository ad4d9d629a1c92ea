import { decodeJwt } from 'jose'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AssertionIssuer, JsonValue } from '../../src/registration/index.ts'
import type { EngineWorld } from '../support/engine-world.ts'
import { createDpopKey } from '../support/proofs.ts'
import {
  api,
  backend,
  claimsFor,
  createIssuer,
  grantBy,
  type Issuer,
  inspect,
  jwtBearerGrant,
  openAssertionWorld,
  type Parameters,
  trust,
} from './assertion-world.ts'

describe('a token for an assertion (RFC 7523 §2.1)', () => {
  let world: EngineWorld
  let issuer: Issuer
  beforeEach(async () => {
    issuer = await createIssuer()
    world = await openAssertionWorld([issuer.entry()])
  })
  afterEach(() => world.close())

  const sign = (changes: Readonly<Record<string, JsonValue>> = {}) => issuer.sign({ ...claimsFor(world), ...changes })
  const grant = async (changes: Readonly<Record<string, JsonValue>> = {}, more: Parameters = {}, headers: Parameters = {}) =>
    grantBy(world, await sign(changes), more, { headers })
  const mapping = (subject: AssertionIssuer['subject']) => trust(world, issuer.entry({ subject }))

  it('has no more than the entry, the assertion, the registration and the resource let it have', async () => {
    expect(await grant({}, { scope: 'mcp:tools' })).toMatchObject({ error: 'invalid_scope' })
    expect(await grant({}, { scope: 'email' })).toMatchObject({ error: 'invalid_scope' })
    expect(await grant({ scope: 'email' }, { scope: 'read' })).toMatchObject({ error: 'invalid_scope' })
    expect(await grant({ scope: 'email' })).toMatchObject({ error: 'invalid_scope' })
    expect(await grant({ scope: '' })).toMatchObject({ status: 200 })
    expect(await grant()).toMatchObject({ status: 200, scope: 'read' })
    expect(await grant({}, { resource: backend })).toMatchObject({ scope: 'read email' })
    expect(await grant({ scope: 'email other' }, { resource: backend })).toMatchObject({ scope: 'email' })
    const narrow = await grantBy(world, await sign(), { resource: backend }, { client_id: 'narrow' })
    expect(narrow).toMatchObject({ scope: 'email' })
  })

  it('is for one resource that the realm knows, of the client, and has no refresh token with it', async () => {
    expect(await grant({}, { resource: 'https://elsewhere.example' })).toMatchObject({ error: 'invalid_target' })
    const answer = await grant()
    expect(answer).toMatchObject({ status: 200, token_type: 'Bearer', expires_in: 600, scope: 'read' })
    expect(answer).not.toHaveProperty('refresh_token')
    expect(answer).not.toHaveProperty('issued_token_type')
    expect(decodeJwt(answer.access_token)).toMatchObject({ iss: world.issuer, aud: api, client_id: 'agent' })
  })

  it('names somebody without an account by a digest that is the same to everybody', async () => {
    const [one, again] = [
      decodeJwt((await grant()).access_token),
      decodeJwt((await grant({}, { resource: backend })).access_token),
    ]
    expect(one.sub).toMatch(/^[\w-]{43}$/)
    expect(again.sub).toBe(one.sub)
    expect(decodeJwt((await grant({ sub: 'person-2' })).access_token).sub).not.toBe(one.sub)
    expect(decodeJwt((await grant({ sub: 'alice' })).access_token).sub).not.toBe('alice')
    const opaque = await grant({}, { resource: '' })
    expect(await inspect(world, opaque.access_token)).toMatchObject({ active: true, sub: one.sub, client_id: 'agent' })
  })

  it.each<[string, AssertionIssuer['subject'], Readonly<Record<string, JsonValue>>, string | undefined]>([
    ['an id of an account', { kind: 'account-id' }, { sub: 'alice' }, 'alice'],
    ['an id of nobody', { kind: 'account-id' }, { sub: 'mallory' }, undefined],
    ['a user name', { kind: 'username', claim: 'login', emailDomains: [] }, { login: 'alice' }, 'alice'],
    ['a user name of nobody', { kind: 'username', claim: 'login', emailDomains: [] }, { login: 'mallory' }, undefined],
    ['no user name', { kind: 'username', claim: 'login', emailDomains: [] }, {}, undefined],
    ['several user names', { kind: 'username', claim: 'login', emailDomains: [] }, { login: ['alice'] }, undefined],
    ['an entry of the table', { kind: 'table', accounts: { 'person-1': 'alice' } }, {}, 'alice'],
    ['none of the table', { kind: 'table', accounts: { 'person-2': 'alice' } }, {}, undefined],
    ['a name that every object has', { kind: 'table', accounts: {} }, { sub: 'constructor' }, undefined],
  ])('is for whom the mapping says: %s', async (_name, subject, claims, accountId) => {
    mapping(subject)
    const answer = await grant(claims)
    if (accountId !== undefined) expect(decodeJwt(answer.access_token).sub).toBe(accountId)
    else expect(answer).toMatchObject({ error: 'invalid_grant', error_description: expect.stringMatching(/not known here/) })
  })

  it.each([
    ['alice@corp.example', true, 200],
    ['alice@corp.example', undefined, 200],
    ['alice@CORP.example', true, 200],
    ['alice@corp.example', false, 400],
    ['alice@corp.example', 'true', 400],
    ['alice@other.example', true, 400],
    ['alice@evil.corp.example', true, 400],
    ['alice@corp.example@other.example', true, 400],
    ['@corp.example', true, 400],
  ])(
    'takes over no account by an address that the issuer does not speak for (EXT-JAG-10): %s, %s',
    async (email, verified, status) => {
      await world.close()
      world = await openAssertionWorld([issuer.entry()], {
        ports: {
          accounts: {
            find: async (_realm, id) => ({ id, claims: {} }),
            findByUsername: async (_realm, name) => (name.startsWith('alice@') ? { id: 'alice', claims: {} } : undefined),
          },
        },
      })
      mapping({ kind: 'username', claim: 'email', emailDomains: ['corp.example'] })
      expect(await grant({ email, ...(verified === undefined ? {} : { email_verified: verified }) })).toMatchObject({ status })
    },
  )

  it('is not given where more have acted than the realm lets follow one another', async () => {
    const chain = (length: number): JsonValue => (length === 1 ? { sub: 'first' } : { sub: `${length}`, act: chain(length - 1) })
    expect(await grant({ act: chain(4) })).toMatchObject({ status: 200 })
    expect(await grant({ act: chain(5) })).toMatchObject({
      error: 'invalid_grant',
      error_description: expect.stringMatching(/5 who have acted/),
    })
  })

  it('is for whom signs in by the identity provider under the same subject, and nobody else (EXT-JAG-10)', async () => {
    await world.close()
    const known = { realm: 'test', provider: 'corp', issuer: issuer.issuer, subject: 'person-1' }
    let active = true
    const find = async (link: object) =>
      JSON.stringify(link) === JSON.stringify(known) ? { id: 'alice', claims: {}, active } : undefined
    world = await openAssertionWorld([issuer.entry()], { ports: { accountLinks: { find } } })
    mapping({ kind: 'identity-provider', provider: 'corp' })
    expect(decodeJwt((await grant()).access_token).sub).toBe('alice')
    expect(await grant({ sub: 'person-2' })).toMatchObject({ error: 'invalid_grant' })
    active = false
    expect(await grant()).toMatchObject({ error: 'invalid_grant' })
  })

  it('takes each `aud` that means this server, and those of the entry', async () => {
    const audiences = ['https://us.example']
    trust(world, issuer.entry({ audiences }))
    for (const aud of [world.issuer, `${world.issuer}/token`, 'https://us.example', ['https://x.example', world.issuer]]) {
      expect(await grant({ aud })).toMatchObject({ status: 200 })
    }
  })

  it('goes by the times and claims of the entry', async () => {
    trust(world, issuer.entry({ maxAgeSeconds: 60, clockSkewSeconds: 0, requiredClaims: { tenant: ['acme', 'other'] } }))
    const [now, tenant] = [world.now(), 'acme']
    for (const claims of [{ tenant, iat: now - 61 }, { tenant, exp: now }, { tenant: 'evil' }, {}, { tenant: { acme: 1 } }]) {
      expect(await grant(claims as never)).toMatchObject({ error: 'invalid_grant' })
    }
    const acme = decodeJwt((await grant({ tenant })).access_token).sub
    expect(decodeJwt((await grant({ tenant: 'other' })).access_token).sub).not.toBe(acme)
  })

  it('comes as often as the entry allows', async () => {
    trust(world, issuer.entry({ replay: 'allowed' }))
    const { jti: _, ...claims } = claimsFor(world)
    const assertion = await issuer.sign(claims)
    expect((await grantBy(world, assertion)).status).toBe(200)
    expect((await grantBy(world, assertion)).status).toBe(200)
  })

  it('finds keys where the entry says, and as long as they are there', async () => {
    trust(world, issuer.entry({ keys: { kind: 'jwks-uri', jwksUri: 'https://idp.example/jwks' } }))
    expect(await grant()).toMatchObject({ status: 503, error: 'temporarily_unavailable' })
    world.outbound = async () => Response.json({ keys: [issuer.other.jwk] })
    expect(await grant()).toMatchObject({ error: 'invalid_grant' })
    world.outbound = async () => Response.json({ keys: [issuer.other.jwk, issuer.key.jwk] })
    expect(await grant()).toMatchObject({ status: 200 })
    expect(world.logged.some(({ event }) => event === 'assertion_refused')).toBe(true)
  })

  it('is bound to the key that the client proves, and must be to that of the assertion', async () => {
    const [key, other] = await Promise.all([createDpopKey(), createDpopKey()])
    const proof = async (by: typeof key) => ({ dpop: await by.prove('POST', `${world.issuer}/token`) })
    const free = await grant({}, {}, await proof(key))
    expect(free).toMatchObject({ token_type: 'DPoP' })
    expect(decodeJwt(free.access_token)['cnf']).toEqual({ jkt: key.thumbprint })
    const bound = { cnf: { jkt: key.thumbprint } }
    for (const headers of [{}, await proof(other)]) {
      expect(await grant(bound, {}, headers)).toMatchObject({
        error: 'invalid_grant',
        error_description: expect.stringMatching(/bound to a DPoP key/),
      })
    }
    expect(await grant(bound, {}, await proof(key))).toMatchObject({ token_type: 'DPoP' })
    expect(await grant({ cnf: { 'x5t#S256': 'x' } })).toMatchObject({ error: 'invalid_grant' })
  })

  it('tells who acts by their issuer, and passes on who may', async () => {
    const { access_token } = await grant({
      act: { sub: 'gateway', act: { sub: 'x', iss: 'https://x.example' } },
      may_act: { sub: 'y' },
    })
    expect(decodeJwt(access_token)).toMatchObject({
      act: { iss: issuer.issuer, sub: 'gateway', act: { iss: 'https://x.example', sub: 'x' } },
      may_act: { iss: issuer.issuer, sub: 'y' },
    })
  })

  it('ends with the trust, the client and the person', async () => {
    mapping({ kind: 'account-id' })
    const { access_token } = await grant({ sub: 'alice' })
    const isActive = async () => (await inspect(world, access_token, 'other'))['active']
    expect(await isActive()).toBe(true)
    const entry = issuer.entry({ subject: { kind: 'account-id' } })
    for (const change of [
      [],
      [{ ...entry, uses: ['id-jag'] as const }],
      [{ ...entry, clients: ['other'] }],
      [{ ...entry, issuer: 'https://another.example' }],
    ]) {
      trust(world, ...change)
      expect(await isActive()).toBe(false)
      trust(world, entry)
      expect(await isActive()).toBe(true)
    }
    const { metadata, secrets } = world.client('agent') ?? { metadata: {}, secrets: [] }
    world.register({ client_id: 'agent', metadata, secrets, state: 'suspended' })
    expect(await isActive()).toBe(false)
  })

  it('ends when the person is known no more', async () => {
    await world.close()
    const people = new Set(['alice'])
    const find = async (_realm: string, id: string) => (people.has(id) ? { id, claims: {} } : undefined)
    world = await openAssertionWorld([issuer.entry()], { ports: { accounts: { find, findByUsername: async () => undefined } } })
    mapping({ kind: 'account-id' })
    const { access_token } = await grant({ sub: 'alice' })
    expect(await inspect(world, access_token)).toMatchObject({ active: true })
    people.clear()
    expect(await inspect(world, access_token)).toEqual({ active: false })
    expect(await grant({ sub: 'alice' })).toMatchObject({ error: 'invalid_grant' })
  })

  it('is in discovery, and what it is for only if somebody is trusted with it', async () => {
    const discovery = async () =>
      (await (await fetch(`${world.issuer}/.well-known/openid-configuration`)).json()) as Record<string, unknown>
    expect(await discovery()).toMatchObject({ grant_types_supported: expect.arrayContaining([jwtBearerGrant]) })
    expect(await discovery()).not.toHaveProperty('authorization_grant_profiles_supported')
    trust(world, issuer.entry({ uses: ['id-jag'] }))
    expect(await discovery()).toMatchObject({
      authorization_grant_profiles_supported: ['urn:ietf:params:oauth:grant-profile:id-jag'],
    })
  })
})
