import { Type } from 'typebox'
import { describe, expect, it } from 'vitest'
import { definePolicy, type JsonObject, type PolicyType } from '../../src/registration/index.ts'
import { liveRealms, policyTypesOf } from './live-world.ts'

const strict = { additionalProperties: false }

const guard = definePolicy({
  name: 'guard',
  summary: 'Guards management.',
  cites: ['RFC 7592 §2'],
  options: Type.Object({ scope: Type.String({ default: 'manage' }) }, strict),
  concerns: 'requester',
  operations: ['read', 'update', 'delete'],
  guards: true,
  judge: () => [],
  examples: { options: { scope: 'manage' }, allows: [{}], refuses: [] },
}) as PolicyType

const hosts = definePolicy({
  name: 'hosts',
  summary: 'Hosts.',
  cites: ['RFC 7591 §5'],
  options: Type.Object({ hosts: Type.Array(Type.String(), { minItems: 1 }) }, strict),
  concerns: 'metadata',
  judge: () => [],
  examples: { options: { hosts: ['a.example'] }, allows: [{}], refuses: [] },
}) as PolicyType

const world = (text = 'realms: { default: { scopes: [openid, read] } }') =>
  liveRealms(text, { policyTypes: policyTypesOf(guard, hosts) })

function violations(change: Promise<unknown>): Promise<readonly (readonly [string | undefined, string])[]> {
  return change.then(
    () => [],
    (error: { violations: readonly { member?: string; reason: string }[] }) =>
      error.violations.map(({ member, reason }) => [member, reason] as const),
  )
}

describe('objects that administrators add', () => {
  it.each<
    [string, 'scopes' | 'scopeGroups' | 'extendedProperties' | 'policies' | 'statementIssuers' | 'webhooks', JsonObject, string]
  >([
    ['a scope with a space', 'scopes', { name: 'two words' }, 'name'],
    ['a dynamic scope without *', 'scopes', { name: 'pay', dynamic: true }, 'name'],
    ['a dynamic scope with two *', 'scopes', { name: 'pay:*:*', dynamic: true }, 'name'],
    ['a scope that is misspelt', 'scopes', { name: 'pay', exklusive: true }, 'exklusive'],
    ['a group without scopes', 'scopeGroups', { name: 'all', scopes: [] }, 'scopes'],
    ['a group of unknown scopes', 'scopeGroups', { name: 'all', scopes: ['read', 'root'] }, 'scopes/1'],
    ['a group that is called like a scope', 'scopeGroups', { name: 'read', scopes: ['openid'] }, 'name'],
    ['a property that is client metadata', 'extendedProperties', { name: 'client_name' }, 'name'],
    ['a property that the server issues', 'extendedProperties', { name: 'client_secret' }, 'name'],
    ['a property with a language tag', 'extendedProperties', { name: 'tpp#de' }, 'name'],
    ['a property as a claim that tokens have', 'extendedProperties', { name: 'tpp_id', tokenClaim: 'sub' }, 'tokenClaim'],
    [
      'a property with a value of another format',
      'extendedProperties',
      { name: 'n', format: 'integer', values: ['x'] },
      'values',
    ],
    ['a policy of an unknown type', 'policies', { id: 'p', policy: 'gaurd' }, 'policy'],
    ['a policy without an option that it needs', 'policies', { id: 'p', policy: 'hosts' }, 'options/hosts'],
    ['a policy with an unknown option', 'policies', { id: 'p', policy: 'guard', options: { scop: 'x' } }, 'options/scop'],
    ['a policy for an unknown channel', 'policies', { id: 'p', policy: 'guard', channels: ['fax'] }, 'channels/0'],
    ['an issuer with HMAC under a key set', 'statementIssuers', anIssuer({ algorithms: ['HS256'] }), 'algorithms/0'],
    [
      'an issuer with an empty key set',
      'statementIssuers',
      anIssuer({ keys: { kind: 'jwks', jwks: { keys: [] } } }),
      'keys/jwks',
    ],
    [
      'an issuer with an unknown CA',
      'statementIssuers',
      anIssuer({ keys: { kind: 'certificates', trustedCas: ['x'] } }),
      'keys/trustedCas/0',
    ],
    [
      'an issuer without its secret',
      'statementIssuers',
      anIssuer({ keys: { kind: 'secret' }, algorithms: ['HS256'] }),
      'keys/secret',
    ],
    [
      'an issuer whose claims become what the server issues',
      'statementIssuers',
      anIssuer({ claimMap: { id: 'client_id' } }),
      'claimMap/id',
    ],
    ['a webhook without https', 'webhooks', { id: 'w', url: 'ftp://a.example', secret: 's'.repeat(16) }, 'url'],
    ['a webhook without a secret', 'webhooks', { id: 'w', url: 'https://a.example' }, 'secret'],
  ])('are refused as %s, and nothing is stored', async (_title, member, written, at) => {
    const { live, events } = await world()
    const found = await violations(live.objects[member].create('default', written, 'eve'))
    expect(found.map(([place]) => place)).toContain(at)
    expect(events).toEqual([])
  })

  it('are part of the realm at once, with an event that names who did it', async () => {
    const { live, events } = await world()
    expect(await live.objects.scopes.create('default', { name: 'pay:*', dynamic: true }, 'eve')).toMatchObject({
      outcome: 'saved',
      object: { id: 'pay:*', provisioned: false },
    })
    expect(await live.objects.scopes.create('default', { name: 'pay:*' }, 'eve')).toEqual({ outcome: 'exists' })
    expect(live.find('default')?.scopes.map(({ name }) => name)).toEqual(['openid', 'read', 'pay:*'])
    expect(live.find('default')?.revision).toBe(2)
    expect(events).toMatchObject([{ type: 'scope.created', actor: 'eve', details: { id: 'pay:*' } }])
    await live.objects.scopes.replace('default', 'pay:*', { dynamic: true, description: 'Payments' }, 'ada')
    expect(events.at(-1)).toMatchObject({ type: 'scope.changed', actor: 'ada', details: { changed: ['description'] } })
  })

  it('are what the domain reads them as, with their defaults', async () => {
    const { live } = await world()
    await live.objects.policies.create('default', { id: 'p', policy: 'guard' }, 'eve')
    expect(live.find('default')?.policies).toEqual([
      { id: 'p', policy: 'guard', options: { scope: 'manage' }, enabled: true, onlyBound: false },
    ])
  })

  it('are left alone where the file owns them', async () => {
    const { live, events } = await world()
    expect(await live.objects.scopes.remove('default', 'read', 'eve')).toEqual({ outcome: 'provisioned' })
    expect(await live.objects.scopes.replace('default', 'read', {}, 'eve')).toEqual({ outcome: 'provisioned' })
    expect(await live.objects.scopes.replace('default', 'nope', {}, 'eve')).toEqual({ outcome: 'absent' })
    expect(events).toEqual([])
  })

  it('stay while something else needs them, and the answer tells what', async () => {
    const { live } = await world()
    await live.objects.scopes.create('default', { name: 'write' }, 'eve')
    await live.objects.scopeGroups.create('default', { name: 'all', scopes: ['read', 'write'] }, 'eve')
    await live.settings.save('default', { initialAccessTokenScopes: ['all'], allowedScopes: ['write'] }, 'eve')
    const refused = await live.objects.scopes.remove('default', 'write', 'eve')
    expect(refused).toMatchObject({
      outcome: 'in-use',
      uses: [{ place: 'scopeGroups/0/scopes/1' }, { place: 'registration/allowedScopes/0' }],
    })
    expect(await live.objects.scopes.replace('default', 'write', { exclusive: true }, 'eve')).toMatchObject({ outcome: 'in-use' })
    expect(await live.objects.scopeGroups.remove('default', 'all', 'eve')).toMatchObject({
      uses: [{ place: 'registration/initialAccessTokenScopes/0' }],
    })
    await live.settings.save('default', {}, 'eve')
    expect(await live.objects.scopeGroups.remove('default', 'all', 'eve')).toEqual({ outcome: 'removed' })
    expect(await live.objects.scopes.remove('default', 'write', 'eve')).toEqual({ outcome: 'removed' })
  })

  it('keep a secret sealed, and keep the one they have when a change brings none', async () => {
    const { live } = await world()
    const secret = 'shared-secret-of-two'
    const written = anIssuer({ keys: { kind: 'secret', secret }, algorithms: ['HS256'] })
    const saved = await live.objects.statementIssuers.create('default', written, 'eve')
    expect(JSON.stringify(saved)).not.toContain(secret)
    expect(live.find('default')?.statementIssuers[0]?.keys).toEqual({ kind: 'secret', sealed: `sealed:${secret}` })
    const changed = anIssuer({ keys: { kind: 'secret' }, algorithms: ['HS256'], audience: 'required' })
    expect(await live.objects.statementIssuers.replace('default', 'directory', changed, 'eve')).toMatchObject({
      outcome: 'saved',
    })
    expect(live.find('default')?.statementIssuers[0]).toMatchObject({
      audience: 'required',
      keys: { sealed: `sealed:${secret}` },
    })
  })

  it('are put in another order as a whole or not at all, behind those of the file', async () => {
    const { live } = await world(
      'realms: { default: { policies: [{ id: first, policy: redirect-hosts, options: { hosts: [a.example] } }] } }',
    )
    for (const id of ['a', 'b']) await live.objects.policies.create('default', { id, policy: 'guard' }, 'eve')
    expect(await live.objects.policies.reorder('default', ['b'], 'eve')).toBe(false)
    expect(await live.objects.policies.reorder('default', ['b', 'a', 'first'], 'eve')).toBe(false)
    expect(await live.objects.policies.reorder('default', ['b', 'a'], 'eve')).toBe(true)
    expect(live.find('default')?.policies.map(({ id }) => id)).toEqual(['first', 'b', 'a'])
  })
})

describe('registration access tokens', () => {
  const disabled = { registrationAccessTokens: 'disabled' }

  it.each<[string, JsonObject]>([
    ['is off', { policy: 'guard', enabled: false }],
    ['is for some tokens alone', { policy: 'guard', onlyBound: true }],
    ['is for one channel alone', { policy: 'guard', channels: ['open'] }],
    ['does not guard', { policy: 'hosts', options: { hosts: ['a.example'] } }],
  ])('are needed while the only policy %s', async (_title, instance) => {
    const { live } = await world()
    await live.objects.policies.create('default', { id: 'p', ...instance }, 'eve')
    expect(await violations(live.settings.save('default', disabled, 'eve'))).toEqual([
      ['registrationAccessTokens', expect.stringContaining('give one of guard')],
    ])
  })

  it('are done without under a guard, which then stays', async () => {
    const { live } = await world()
    await live.objects.policies.create('default', { id: 'p', policy: 'guard' }, 'eve')
    expect(await live.settings.save('default', disabled, 'eve')).toBe('saved')
    const inUse = { outcome: 'in-use', uses: [{ place: 'registration/registrationAccessTokens' }] }
    expect(await live.objects.policies.remove('default', 'p', 'eve')).toMatchObject(inUse)
    expect(await live.objects.policies.replace('default', 'p', { policy: 'guard', enabled: false }, 'eve')).toMatchObject(inUse)
    expect(
      await live.objects.policies.replace('default', 'p', { policy: 'guard', options: { scope: 'x' } }, 'eve'),
    ).toMatchObject({
      outcome: 'saved',
    })
  })
})

describe('registration', () => {
  it('is inactive, though its settings can be saved, while clients would not be kept', async () => {
    const { live } = await liveRealms('realms: { default: {} }', { isDurable: false })
    expect(await live.settings.save('default', { enabled: true }, 'eve')).toBe('saved')
    expect(live.find('default')).toMatchObject({ registration: { enabled: true }, registrationActive: false })
  })
})

function anIssuer(changes: JsonObject): JsonObject {
  const jwks = { keys: [{ kty: 'EC', crv: 'P-256', x: 'x', y: 'y' }] }
  return { id: 'directory', issuer: 'Directory', keys: { kind: 'jwks', jwks }, ...changes }
}
