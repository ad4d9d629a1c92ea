import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Client,
  type ClientInformation,
  type ClientMetadata,
  type JsonObject,
  type JsonValue,
  type PolicyInstance,
  type PolicyType,
  type Realm,
  Refusal,
} from '../../src/registration/index.ts'
import { createWorld, credentialsOf, type World } from '../support/world.ts'
import { contextOf, judgeSync, optionsOf } from './policy-context.ts'
import { loadPolicyFolder } from './policy-folder.ts'

const policies = await loadPolicyFolder()

/** What a client must not get in by one door must not come in by another: every policy, every door, in any order. */
describe.each(policies.all().map((type) => [type.name, type] as const))('what %s refuses or narrows', (_name, type) => {
  it('is reached by no sequence of registrations, updates, merges, edits and imports', async () => {
    await fc.assert(
      fc.asyncProperty(stepsFor(type), async (steps) => {
        const world = worldWith([instanceOf(type)])
        const walk: Walk = { world, known: [] }
        for (const step of steps) {
          await take(step, walk)
          for (const client of await storedClients(walk)) expect(objectionsTo(client, type)).toEqual([])
        }
      }),
      { numRuns: 25 },
    )
  })
})

describe('a client that waits or is suspended', () => {
  it('is woken by nobody but an administrator, whatever it does (SEC-RAT-02)', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyStep([{}, { client_name: 'Another' }, { scope: 'email' }]), { maxLength: 12 }),
        async (steps) => {
          const world = worldWith([{ id: 'approval', policy: 'approval-required', options: {}, ...plain }])
          const walk: Walk = { world, known: [] }
          for (const step of steps) {
            await take(step, walk)
            for (const client of await storedClients(walk)) expect(client.state).not.toBe('active')
          }
        },
      ),
      { numRuns: 100 },
    )
  })

  it('cannot update, merge or delete itself while it is suspended, and stays as it was', async () => {
    const world = worldWith([])
    const information = await world.register(base)
    const { client_id } = information.client
    await world.registration.setState({ realm: world.realm, client_id, actor: 'administrator' }, 'suspended')
    const before = await world.ports.store.findClient('default', client_id)
    const attempts = [
      () => world.update(credentialsOf(information), { ...base, client_id }),
      () => world.patch(credentialsOf(information), { client_name: 'Free' }),
      () => world.remove(credentialsOf(information)),
      () => world.read(credentialsOf(information)),
    ]
    for (const attempt of attempts) await expect(attempt()).rejects.toMatchObject({ code: 'access_denied' })
    expect(await world.ports.store.findClient('default', client_id)).toEqual(before)
  })
})

describe('a preview', () => {
  it('says what the endpoint then does, for every example of every policy', async () => {
    for (const type of policies.all()) {
      const world = worldWith([instanceOf(type)])
      for (const metadata of [...type.examples.allows, ...type.examples.refuses]) {
        const body = { ...base, ...metadata } as JsonObject
        const channel = 'open'
        const preview = await world.registration.preview({ ...common(world), body, channel, source: { address } })
        const outcome = await world.register(body).then(
          ({ client }) => ({ outcome: client.state === 'pending' ? 'held' : 'registered', metadata: client.metadata }),
          (error: Refusal) => ({ outcome: 'refused', violations: error.violations }),
        )
        expect({ type: type.name, ...preview }).toMatchObject({ type: type.name, ...outcome })
      }
    }
  })
})

interface Setting {
  readonly change: (realm: Realm) => Partial<Realm>
  /** What asks for it. */
  readonly bodies: readonly JsonObject[]
  /** Whether a client has what it was not to get. */
  readonly hasIt: (metadata: ClientMetadata) => boolean
}

const onLoopback = (uris: unknown) => Array.isArray(uris) && uris.some((uri) => /^http:\/\/(localhost|127)/.test(String(uri)))
const changing = (registration: Partial<Realm['registration']>): Setting['change'] => {
  return (realm) => ({ registration: { ...realm.registration, ...registration } })
}
const holds = (metadata: ClientMetadata, member: string, word: string) => String(metadata[member] ?? '').includes(word)

const settings: Readonly<Record<string, Setting>> = {
  'registration.redirectUris.webAllowsLoopback': {
    change: ({ registration }) => ({
      registration: {
        ...registration,
        redirectUris: { ...registration.redirectUris, webAllowsLoopback: false, inferNative: false },
      },
    }),
    bodies: [
      { application_type: 'web', redirect_uris: ['http://localhost/cb'] },
      { application_type: 'native', redirect_uris: ['http://127.0.0.1/cb'] },
      { application_type: 'web' },
    ],
    hasIt: ({ application_type: type = 'web', redirect_uris }) => type === 'web' && onLoopback(redirect_uris),
  },
  'registration.redirectUris.logoutAllowsLoopback': {
    change: ({ registration }) => ({
      registration: { ...registration, redirectUris: { ...registration.redirectUris, webAllowsLoopback: false } },
    }),
    bodies: [{ application_type: 'web', post_logout_redirect_uris: ['http://localhost/out'] }, { application_type: 'web' }],
    hasIt: (metadata) => metadata.application_type === 'web' && onLoopback(metadata['post_logout_redirect_uris']),
  },
  'registration.allowedExclusiveScopes': {
    change: (realm) => ({ scopes: [...realm.scopes, { name: 'payments', exclusive: true }] }),
    bodies: [{ scope: 'openid payments' }, { scope: 'payments' }, { scope: 'email' }],
    hasIt: (metadata) => holds(metadata, 'scope', 'payments'),
  },
  'registration.unknownScopes': {
    change: changing({ unknownScopes: 'refuse' }),
    bodies: [{ scope: 'openid made-up' }, { scope: 'made-up' }, { scope: 'openid' }],
    hasIt: (metadata) => holds(metadata, 'scope', 'made-up'),
  },
  'capabilities.grantTypes': {
    change: () => ({}),
    bodies: [
      { grant_types: ['implicit'] },
      { grant_types: ['authorization_code', 'password'] },
      { response_types: ['id_token'] },
    ],
    hasIt: (metadata) => holds(metadata, 'grant_types', 'implicit') || holds(metadata, 'grant_types', 'password'),
  },
  'capabilities.responseTypes': {
    change: () => ({}),
    bodies: [{ response_types: ['token'] }, { response_types: ['code', 'code id_token'] }, { grant_types: ['implicit'] }],
    hasIt: (metadata) => /token/.test(String(metadata.response_types ?? '')),
  },
  extendedProperties: {
    change: () => ({
      extendedProperties: [
        { name: 'tpp_id', multiValued: false, required: false, format: 'integer', values: ['1', '2'], charactersMax: 10 },
      ],
    }),
    bodies: [{ tpp_id: '1' }, { tpp_id: '3' }, { tpp_id: 'x' }, { tpp_id: ['1', '2'] }],
    hasIt: ({ tpp_id: id }) => ![undefined, '1', '2'].includes(id as string),
  },
}

describe('what a setting or a token refuses or narrows', () => {
  it.each(Object.entries(settings))('is reached by no sequence under %s', async (_name, { change: changed, bodies, hasIt }) => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyStep(bodies as readonly ClientMetadata[]), { maxLength: 8 }), async (steps) => {
        const world = worldWith([])
        world.realm = { ...world.realm, ...changed(world.realm) }
        const walk: Walk = { world, known: [] }
        for (const step of steps) {
          await take(step, walk)
          expect((await storedClients(walk)).map(({ metadata }) => metadata).filter(hasIt)).toEqual([])
        }
      }),
      { numRuns: 100 },
    )
  })

  it('is reached by no sequence either: scopes beyond the allowed ones, members that a token fixed', async () => {
    const bodies = [
      { scope: 'openid email' },
      { scope: 'mcp:tools' },
      { client_name: 'Other' },
      { 'client_name#de': 'Andere' },
      {},
    ]
    await fc.assert(
      fc.asyncProperty(fc.array(anyStep(bodies), { maxLength: 10 }), async (steps) => {
        const world = worldWith([])
        const { registration } = world.realm
        world.realm = { ...world.realm, registration: { ...registration, allowedScopes: ['openid'], defaultScopes: ['openid'] } }
        const order = { realm: world.realm, locked: { client_name: 'Fixed' } }
        const { value } = await world.registration.createInitialAccessToken(order, 'administrator')
        const walk: Walk = { world, known: [await world.register({ redirect_uris: base.redirect_uris }, value)] }
        for (const step of steps.filter(({ door }) => door !== 'register')) {
          await take(step, walk)
          const [fixed, ...others] = await storedClients(walk)
          expect(fixed?.metadata.client_name).toBe('Fixed')
          expect(Object.keys(fixed?.metadata ?? {})).not.toContain('client_name#de')
          for (const { metadata } of [fixed, ...others].filter((client) => client !== undefined)) {
            expect(['openid', undefined]).toContain(metadata.scope)
          }
        }
      }),
      { numRuns: 100 },
    )
  })
})

describe('a replay', () => {
  it('finds no difference under the chain that judged, and under another what its preview says', async () => {
    for (const type of policies.all()) {
      const world = worldWith([])
      // What fails before it is judged cannot be judged again: a statement that nobody believes.
      const judged = [...type.examples.allows, ...type.examples.refuses].filter((one) => one.software_statement === undefined)
      const bodies = judged.map((one) => ({ ...base, ...one }) as JsonObject)
      for (const body of bodies) await world.register(body).catch(() => undefined)
      const { dialect } = common(world)
      const again = { realm: world.realm, limit: 100, dialectOf: () => dialect }
      expect(await world.registration.replay({ ...again, policies: [] })).toMatchObject({ differing: 0 })
      const chain = [instanceOf(type)]
      const { attempts } = await world.registration.replay({ ...again, policies: chain })
      const previews = bodies.map((body) =>
        worldWith([]).registration.preview({ ...common(world), body, policies: chain, channel: 'open', source: { address } }),
      )
      const outcomes = (await Promise.all(previews)).map(({ outcome }) => outcome)
      expect([type.name, attempts.map(({ after }) => after.outcome).reverse()]).toEqual([type.name, outcomes])
    }
  })
})

const address = '192.0.2.1'
const plain = { enabled: true, onlyBound: false }
const base = {
  redirect_uris: ['https://app.example/cb'],
  client_name: 'App',
  software_id: 'software-1',
  contacts: ['dev@app.example'],
} satisfies ClientMetadata

function instanceOf(type: PolicyType): PolicyInstance {
  return { id: type.name, policy: type.name, options: type.examples.options, ...plain }
}

function worldWith(chain: readonly PolicyInstance[]): World {
  const world = createWorld({ serverMembersInUpdate: 'ignore' }, { policies })
  world.realm = { ...world.realm, policies: chain }
  return world
}

function common({ realm }: World) {
  return {
    realm,
    dialect: { name: 'standard', clientIdPrefix: '', clientIdForm: 'uuid', defaults: {}, repairsContradictions: false },
  } as const
}

type Door = 'register' | 'update' | 'merge' | 'replaceByAdministrator' | 'mergeByAdministrator' | 'import' | 'read'

interface Step {
  readonly door: Door
  readonly body: JsonObject
  readonly which: number
}

interface Walk {
  readonly world: World
  readonly known: ClientInformation[]
}

function stepsFor({ examples }: PolicyType): fc.Arbitrary<readonly Step[]> {
  const ofExamples = [...examples.allows, ...examples.refuses, ...(examples.cases ?? []).map(({ given }) => given.metadata ?? {})]
  return fc.array(anyStep(ofExamples.length === 0 ? [{}] : ofExamples), { minLength: 1, maxLength: 8 })
}

/** Whole examples, single members of them, and members taken away: what hides a value is as good as a value. */
function anyStep(examples: readonly ClientMetadata[]): fc.Arbitrary<Step> {
  const whole = fc.constantFrom(...examples)
  const part = whole.chain((example) => fc.subarray(Object.entries(example)).map((entries) => Object.fromEntries(entries)))
  const without = fc.subarray(Object.keys(base)).map((names) => Object.fromEntries(names.map((name) => [name, null])))
  const body = fc.tuple(fc.oneof(whole, part), without).map(([one, other]) => ({ ...base, ...other, ...one }) as JsonObject)
  const door = fc.constantFrom<Door>(
    'register',
    'update',
    'merge',
    'replaceByAdministrator',
    'mergeByAdministrator',
    'import',
    'read',
  )
  return fc.record({ door, body, which: fc.nat(3) })
}

async function take({ door, body, which }: Step, walk: Walk): Promise<void> {
  const { world, known } = walk
  const one = known[which % Math.max(1, known.length)]
  try {
    if (door === 'register') known.push(await world.register(body))
    else if (door === 'import') known.push(await importAs(world, body))
    else if (one !== undefined) await change(door, { one, body, world })
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
  }
}

async function importAs(world: World, body: JsonValue): Promise<ClientInformation> {
  const client_id = `imported-${world.ports.entropy.id()}`
  const state = { state: 'active', firstParty: false, channel: 'open', actor: 'administrator' } as const
  return { client: await world.registration.importClient({ realm: world.realm, client_id, body, ...state }) }
}

interface ChangeOf {
  readonly one: ClientInformation
  readonly body: JsonObject
  readonly world: World
}

async function change(door: Door, { one, body, world }: ChangeOf): Promise<unknown> {
  const { client_id } = one.client
  const edit = { realm: world.realm, client_id, actor: 'administrator', body }
  if (door === 'replaceByAdministrator') return world.registration.replaceByAdministrator(edit)
  if (door === 'mergeByAdministrator') return world.registration.mergeByAdministrator(edit)
  if (door === 'update') return world.update(credentialsOf(one), { ...body, client_id })
  return door === 'merge' ? world.patch(credentialsOf(one), body) : world.read(credentialsOf(one))
}

async function storedClients({ world, known }: Walk): Promise<readonly Client[]> {
  const found = await Promise.all(known.map(({ client }) => world.ports.store.findClient('default', client.client_id)))
  return found.filter((client) => client !== undefined)
}

/** What the policy has against a client as it is stored. A policy about who asks has no word about that. */
function objectionsTo(client: Client, type: PolicyType): readonly unknown[] {
  if (type.concerns === 'requester') return []
  const { metadata, client_id, client_id_issued_at, channel, state } = client
  const context = contextOf({
    operation: 'update',
    metadata,
    client: { client_id, client_id_issued_at, channel, state, metadata },
    realm: { name: 'default', issuer: 'http://localhost:4400', scopes: [] },
  })
  const verdicts = judgeSync(type, context, optionsOf(type, type.examples.options))
  return verdicts.filter(({ kind }) => kind === 'refuse' || kind === 'amend')
}
