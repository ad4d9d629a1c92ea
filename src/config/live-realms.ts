import type { EpochSeconds, JsonValue, PolicyInstance, PolicyTypes, Realm, Realms, Vault } from '../registration/index.ts'
import type { Configuration } from './configuration.ts'
import { createLiveSettings, type LiveSettings } from './live-settings.ts'
import { createLiveObjects, type LiveObjects, type LiveObjectsPorts } from './objects/live-objects.ts'
import { type ObjectMember, objectKinds } from './objects/object-kinds.ts'
import { readPolicies } from './objects/read-policies.ts'
import type { Seal } from './objects/unsealed.ts'
import type { RealmObjects, RealmStates, Webhook } from './ports.ts'
import { provisionWebhooks } from './provision-webhooks.ts'
import { type LiveRealm, type SealedDefinition, sealDefinition, snapshotOf } from './snapshot.ts'

/** The realms as they are now: what the file says, what administrators decided since, and which revision that is. */
export interface LiveRealms extends Realms {
  all(): readonly LiveRealm[]
  /** Reads anew what the database knows, of one realm or of all. */
  refresh(realm?: string): Promise<void>
  /** Takes another configuration in use: realms come, change and go, and no request is refused meanwhile. */
  replace(configuration: Configuration): Promise<void>
  /** Told after a realm has changed, come or gone. */
  onChange(listener: (realm: string) => void): void
  /** What the admin API reads and writes. */
  readonly settings: LiveSettings
  readonly objects: Readonly<Record<ObjectMember, LiveObjects>>
  /** A chain of policies that is not saved. @throws Refusal with a violation per bad member. */
  readPolicies(written: JsonValue, realm: Realm): readonly PolicyInstance[]
  /** Who is told what happens to clients of the realm. */
  webhooks(realm: string): readonly Webhook[]
  stop(): Promise<void>
}

export interface LiveRealmsPorts {
  readonly configuration: Configuration
  readonly states: RealmStates
  readonly objects: RealmObjects
  readonly policyTypes: PolicyTypes
  readonly vault: Pick<Vault, 'seal' | 'open'>
  /** Whether what is registered would survive the process. */
  readonly isDurable: () => boolean
  readonly now: () => EpochSeconds
  /** A change that was announced but could not be read; the realm stays as it was. */
  readonly reportFault: (error: unknown) => void
}

export async function createLiveRealms(ports: LiveRealmsPorts): Promise<LiveRealms> {
  const { configuration, states, isDurable, reportFault } = ports
  const { seal } = ports.vault
  const listeners = new Set<(realm: string) => void>()
  let definitions = byName(configuration, seal)
  let current: ReadonlyMap<string, LiveRealm> = new Map()

  const readStates = async (realm?: string): Promise<void> => {
    // The objects last: they may be newer than the revision says, and never older.
    const known = await states.read()
    const objects = await ports.objects.list()
    const isAsked = (name: string): boolean => realm === undefined || name === realm
    const before = current
    const take = (definition: SealedDefinition) =>
      snapshotOf(definition, {
        state: known.find(({ name }) => name === definition.name),
        objects: objects.filter((object) => object.realm === definition.name),
        isDurable: isDurable(),
      })
    const kept = [...before].filter(([name]) => definitions.has(name) && !isAsked(name))
    const asked = [...definitions.values()].filter(({ name }) => isAsked(name))
    current = new Map([...kept, ...asked.map((definition) => [definition.name, take(definition)] as const)])
    announce(changedRealms(before, current), listeners)
  }
  // One after the other: an answer that was asked for earlier must not overwrite a later one.
  const refresh = inTurn(readStates)

  const replace = async (next: Configuration): Promise<void> => {
    const previous = definitions
    // Before the revision grows, so that no snapshot carries the new revision and the old definition.
    definitions = byName(next, seal)
    try {
      await states.provision(next.realms.map(({ name, digest }) => ({ name, definitionDigest: digest })))
      await provisionWebhooks(next, ports)
    } catch (error) {
      definitions = previous
      throw error
    }
    await refresh()
  }

  await replace(configuration)
  const subscription = await states.onChange((realm) => void refresh(realm).catch(reportFault))
  // What changed between reading and listening was announced to nobody.
  await refresh()

  const find = (name: string): LiveRealm | undefined => current.get(name)
  const definitionOf = (name: string): SealedDefinition | undefined => definitions.get(name)
  return {
    find,
    all: () => [...current.values()],
    refresh,
    replace,
    onChange: (listener) => void listeners.add(listener),
    settings: createLiveSettings({ ...ports, definitionOf, find, refresh }),
    objects: liveObjects({ ...ports, seal, provisioned: (name) => definitionOf(name)?.objects, find, refresh }),
    readPolicies: (written, realm) => readPolicies(written, realm, ports.policyTypes),
    webhooks: (name) => find(name)?.webhooks ?? [],
    stop: () => subscription.stop(),
  }
}

function liveObjects(ports: LiveObjectsPorts): LiveRealms['objects'] {
  const entries = Object.values(objectKinds).map((type) => [type.member, createLiveObjects(type, ports)] as const)
  return Object.fromEntries(entries) as LiveRealms['objects']
}

function inTurn(work: (realm?: string) => Promise<void>): (realm?: string) => Promise<void> {
  let last: Promise<void> = Promise.resolve()
  return (realm) => {
    const next = last.then(() => work(realm))
    last = next.catch(() => undefined)
    return next
  }
}

function byName({ realms }: Configuration, seal: Seal): ReadonlyMap<string, SealedDefinition> {
  return new Map(realms.map((realm) => [realm.name, sealDefinition(realm, seal)]))
}

function changedRealms(before: ReadonlyMap<string, Realm>, after: ReadonlyMap<string, Realm>): readonly string[] {
  const names = new Set([...before.keys(), ...after.keys()])
  return [...names].filter((name) => before.get(name)?.revision !== after.get(name)?.revision)
}

function announce(realms: readonly string[], listeners: ReadonlySet<(realm: string) => void>): void {
  for (const realm of realms) for (const listener of listeners) listener(realm)
}
