import type { EpochSeconds, JsonValue, PolicyInstance, PolicyTypes, Realm, Realms, Vault } from '../registration/index.ts'
import type { Configuration } from './configuration.ts'
import { createLiveSettings, type LiveSettings } from './live-settings.ts'
import { createLiveObjects, type LiveObjects, type LiveObjectsPorts } from './objects/live-objects.ts'
import { type ObjectMember, objectKinds } from './objects/object-kinds.ts'
import { readPolicies } from './objects/read-policies.ts'
import type { RealmDefinitions, RealmObject, RealmObjects, RealmStates, Webhook } from './ports.ts'
import { provisionWebhooks } from './provision-webhooks.ts'
import { createDefinitions, type Definitions } from './run-time-realms/definitions.ts'
import { createRunTimeRealms, type RunTimeRealms } from './run-time-realms/run-time-realms.ts'
import { type LiveRealm, type SealedDefinition, takeSnapshot } from './snapshot.ts'

/** The realms as they are now: what the file says, what administrators decided since, and which revision that is. */
export interface LiveRealms extends Realms {
  all(): readonly LiveRealm[]
  /** Reads anew what the database knows, of some realms or of all. */
  refresh(...realms: readonly string[]): Promise<void>
  /** Takes another configuration in use: realms come, change and go, and no request is refused meanwhile. */
  replace(configuration: Configuration): Promise<void>
  /** Told after a realm has changed, come or gone. */
  onChange(listener: (realm: string) => void): void
  /** What the admin API reads and writes. */
  readonly runTime: RunTimeRealms
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
  readonly realmDefinitions: RealmDefinitions
  readonly objects: RealmObjects
  readonly policyTypes: PolicyTypes
  readonly vault: Pick<Vault, 'seal' | 'open'>
  /** Whether what is registered would survive the process. */
  readonly isDurable: () => boolean
  readonly now: () => EpochSeconds
  /** A change that was announced but could not be read; the realm stays as it was. */
  readonly reportFault: (error: unknown) => void
  readonly newId: () => string
  readonly warn: (line: string) => void
}

export async function createLiveRealms(ports: LiveRealmsPorts): Promise<LiveRealms> {
  const { configuration, states, isDurable, reportFault } = ports
  const { seal } = ports.vault
  const listeners = new Set<(realm: string) => void>()
  const definitionsOf = (given: Configuration): Definitions => createDefinitions(given, { ...ports, seal })
  let definitions = definitionsOf(configuration)
  let current = realmSet(new Map())

  const readStates = async (asked: readonly string[]): Promise<void> => {
    const wanted = asked.length === 0 ? undefined : asked
    // The objects last: they may be newer than the revision says, and never older.
    const known = new Map((await states.read(wanted)).map((state) => [state.name, state]))
    const stored = byRealm(await ports.objects.list(wanted))
    const names = wanted ?? new Set([...definitions.fileNames, ...known.keys()])
    const served = await definitions.served(names, known)
    const next = new Map(wanted === undefined ? [] : current.byName)
    for (const name of names) {
      const definition = served.get(name)
      const parts = { state: known.get(name), objects: stored.get(name) ?? [], isDurable: isDurable() }
      if (definition === undefined) next.delete(name)
      else next.set(name, takeSnapshot(definition, parts, current.byName.get(name)))
    }
    const before = current.byName
    current = realmSet(next)
    announce(changedRealms(before, current.byName), listeners)
  }
  // One after the other: an answer that was asked for earlier must not overwrite a later one.
  const refresh = inTurn(readStates)

  const replace = async (next: Configuration): Promise<void> => {
    const previous = definitions
    // Before the revision grows, so that no snapshot carries the new revision and the old definition.
    definitions = definitionsOf(next)
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
  // What has changed since the states were read is told at once.
  const subscription = await states.onChange((realms) => void refresh(...realms).catch(reportFault))

  const find = (name: string): LiveRealm | undefined => current.byName.get(name)
  const definitionOf = (name: string): SealedDefinition | undefined => find(name)?.definition
  return {
    find,
    all: () => current.all,
    refresh,
    replace,
    onChange: (listener) => void listeners.add(listener),
    runTime: createRunTimeRealms({ ...ports, definitions: () => definitions, find, all: () => current.all, refresh }),
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

interface RealmSet {
  readonly byName: ReadonlyMap<string, LiveRealm>
  readonly all: readonly LiveRealm[]
}

function realmSet(byName: ReadonlyMap<string, LiveRealm>): RealmSet {
  return { byName, all: [...byName.values()] }
}

function byRealm(objects: readonly RealmObject[]): ReadonlyMap<string, readonly RealmObject[]> {
  const found = new Map<string, RealmObject[]>()
  for (const object of objects) {
    const list = found.get(object.realm)
    if (list === undefined) found.set(object.realm, [object])
    else list.push(object)
  }
  return found
}

function inTurn(work: (realms: readonly string[]) => Promise<void>): (...realms: readonly string[]) => Promise<void> {
  let last: Promise<void> = Promise.resolve()
  return (...realms) => {
    const next = last.then(() => work(realms))
    last = next.catch(() => undefined)
    return next
  }
}

function changedRealms(before: ReadonlyMap<string, Realm>, after: ReadonlyMap<string, Realm>): readonly string[] {
  const names = new Set([...before.keys(), ...after.keys()])
  return [...names].filter((name) => !isSame(before.get(name), after.get(name)))
}

function isSame(one: Realm | undefined, other: Realm | undefined): boolean {
  return one?.revision === other?.revision && one?.incarnation === other?.incarnation
}

function announce(realms: readonly string[], listeners: ReadonlySet<(realm: string) => void>): void {
  for (const realm of realms) for (const listener of listeners) listener(realm)
}
