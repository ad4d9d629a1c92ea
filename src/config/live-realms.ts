import type { Realm, Realms } from '../registration/index.ts'
import type { Configuration, RealmDefinition } from './configuration.ts'
import { createLiveSettings, type LiveSettings } from './live-settings.ts'
import { parseRegistrationSettings } from './parse-registration-settings.ts'
import type { RealmState, RealmStates } from './ports.ts'

/** The realms as they are now: what the file says, what administrators decided since, and which revision that is. */
export interface LiveRealms extends Realms {
  /** Reads anew what the database knows, of one realm or of all. */
  refresh(realm?: string): Promise<void>
  /** Takes another configuration in use: realms come, change and go, and no request is refused meanwhile. */
  replace(configuration: Configuration): Promise<void>
  /** Told after a realm has changed, come or gone. */
  onChange(listener: (realm: string) => void): void
  /** What the admin API reads and writes. */
  readonly settings: LiveSettings
  stop(): Promise<void>
}

export interface LiveRealmsPorts {
  readonly configuration: Configuration
  readonly states: RealmStates
  /** A change that was announced but could not be read; the realm stays as it was. */
  readonly reportFault: (error: unknown) => void
}

export async function createLiveRealms({ configuration, states, reportFault }: LiveRealmsPorts): Promise<LiveRealms> {
  const listeners = new Set<(realm: string) => void>()
  let definitions = byName(configuration)
  let current: ReadonlyMap<string, Realm> = new Map()

  const readStates = async (realm?: string): Promise<void> => {
    const known = await states.read()
    const isAsked = (name: string): boolean => realm === undefined || name === realm
    const before = current
    const kept = [...before].filter(([name]) => definitions.has(name) && !isAsked(name))
    const asked = [...definitions.values()].filter(({ name }) => isAsked(name))
    current = new Map([...kept, ...asked.map((definition) => [definition.name, realmOf(definition, known)] as const)])
    announce(changedRealms(before, current), listeners)
  }
  // One after the other: an answer that was asked for earlier must not overwrite a later one.
  const refresh = inTurn(readStates)

  const replace = async (next: Configuration): Promise<void> => {
    const previous = definitions
    // Before the revision grows, so that no snapshot carries the new revision and the old definition.
    definitions = byName(next)
    try {
      await states.provision(next.realms.map(({ name, digest }) => ({ name, definitionDigest: digest })))
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

  return {
    find: (name) => current.get(name),
    all: () => [...current.values()],
    refresh,
    replace,
    onChange: (listener) => void listeners.add(listener),
    settings: createLiveSettings({
      definitionOf: (name) => definitions.get(name),
      find: (name) => current.get(name),
      states,
      refresh,
    }),
    stop: () => subscription.stop(),
  }
}

function inTurn(work: (realm?: string) => Promise<void>): (realm?: string) => Promise<void> {
  let last: Promise<void> = Promise.resolve()
  return (realm) => {
    const next = last.then(() => work(realm))
    last = next.catch(() => undefined)
    return next
  }
}

function byName({ realms }: Configuration): ReadonlyMap<string, RealmDefinition> {
  return new Map(realms.map((realm) => [realm.name, realm]))
}

function realmOf({ name, base, registration }: RealmDefinition, states: readonly RealmState[]): Realm {
  const state = states.find((candidate) => candidate.name === name)
  const settings = registration ?? parseRegistrationSettings(state?.registrationSettings ?? {})
  return { ...base, revision: state?.revision ?? 0, registration: settings, registrationActive: settings.enabled }
}

function changedRealms(before: ReadonlyMap<string, Realm>, after: ReadonlyMap<string, Realm>): readonly string[] {
  const names = new Set([...before.keys(), ...after.keys()])
  return [...names].filter((name) => before.get(name)?.revision !== after.get(name)?.revision)
}

function announce(realms: readonly string[], listeners: ReadonlySet<(realm: string) => void>): void {
  for (const realm of realms) for (const listener of listeners) listener(realm)
}
