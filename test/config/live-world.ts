import {
  type Configuration,
  checkConfiguration,
  createLiveRealms,
  type RealmDefinitions,
  type RealmObject,
  type RealmObjects,
  type RealmState,
  type RealmStates,
} from '../../src/config/index.ts'
import type { AuditEvent, JsonObject, PolicyType, PolicyTypes } from '../../src/registration/index.ts'
import { writeConfiguration } from './write-configuration.ts'

export const now = 1_800_000_000

/** What the database does, in memory. */
function memoryDatabase() {
  const stored = new Map<string, RealmState & { digest: string }>()
  const objects: RealmObject[] = []
  const events: AuditEvent[] = []
  const listeners = new Set<(realms: readonly string[]) => void>()
  const placeOf = (wanted: Pick<RealmObject, 'realm' | 'kind' | 'id'>): number =>
    objects.findIndex(({ realm, kind, id }) => realm === wanted.realm && kind === wanted.kind && id === wanted.id)
  const grow = (name: string, event?: AuditEvent, changes: Partial<RealmState> = {}): void => {
    const known = stored.get(name)
    if (known === undefined) throw new Error('there is no such realm')
    stored.set(name, { ...known, ...changes, revision: known.revision + 1 })
    if (event !== undefined) events.push(event)
    for (const listener of listeners) listener([name])
  }
  const states: RealmStates = {
    provision: async (realms) => {
      for (const { name, definitionDigest: digest } of realms) {
        const known = stored.get(name)
        if (known?.digest !== digest) stored.set(name, { ...known, name, digest, revision: (known?.revision ?? 0) + 1 })
      }
    },
    read: async (names) => [...stored.values()].filter(({ name }) => names?.includes(name) ?? true),
    saveProvisionedDigests: async (realms) => {
      for (const { name, digest } of realms) {
        const known = stored.get(name)
        if (known !== undefined) stored.set(name, { ...known, provisionedDigest: digest })
      }
    },
    saveRegistrationSettings: async (name: string, registrationSettings: JsonObject, event) =>
      grow(name, event, { registrationSettings }),
    onChange: async (listener) => {
      listeners.add(listener)
      return { stop: async () => void listeners.delete(listener) }
    },
  }
  const realmObjects: RealmObjects = {
    list: async (names) => objects.filter(({ realm }) => names?.includes(realm) ?? true),
    save: async ({ ifAbsent, ...object }, event) => {
      const at = placeOf(object)
      if (ifAbsent === at >= 0) return ifAbsent ? 'exists' : 'absent'
      objects.splice(at < 0 ? objects.length : at, at < 0 ? 0 : 1, object)
      grow(object.realm, event)
      return 'saved'
    },
    remove: async (key, event) => {
      const at = placeOf(key)
      if (at < 0) return false
      objects.splice(at, 1)
      grow(key.realm, event)
      return true
    },
    reorder: async ({ realm, kind, ids }, event) => {
      objects.sort((one, other) => ids.indexOf(one.id) - ids.indexOf(other.id))
      grow(realm, event, {})
      return objects.some((object) => object.kind === kind)
    },
  }
  let version = 0
  const realmDefinitions: RealmDefinitions = {
    fingerprint: async () => String(version),
    create: async ({ name, definition, definitionDigest, incarnation, fingerprint, at }, event) => {
      if (fingerprint !== String(version)) return 'moved'
      if (stored.has(name)) return 'exists'
      const times = { createdAt: at, updatedAt: at }
      stored.set(name, { name, digest: definitionDigest, definition, definitionDigest, incarnation, revision: 0, ...times })
      version += 1
      grow(name, event)
      return 'saved'
    },
    replace: async ({ name, definition, definitionDigest, fingerprint, at, ifRevision }, event) => {
      if (fingerprint !== String(version)) return 'moved'
      if (stored.get(name)?.revision !== ifRevision) return 'absent'
      version += 1
      grow(name, event, { definition, definitionDigest, updatedAt: at })
      return 'saved'
    },
    remove: async ({ name, owner }, event) => {
      if ((stored.get(name)?.definition !== undefined) !== (owner === 'definition')) return false
      version += 1
      events.push(event)
      stored.delete(name)
      for (const listener of listeners) listener([name])
      return true
    },
    sweep: async () => true,
    finishRemoval: async () => true,
  }
  return { states, objects: realmObjects, realmDefinitions, events, stored }
}

export async function configurationOf(text: string): Promise<Configuration> {
  const { file, data } = await writeConfiguration(`mode: development\nsecret: { value: ${'s'.repeat(32)} }\n${text}`)
  return checkConfiguration(file, { data }, {})
}

export function policyTypesOf(...types: readonly PolicyType[]): PolicyTypes {
  return { find: (name) => types.find((type) => type.name === name), all: () => types }
}

interface Circumstances {
  readonly policyTypes?: PolicyTypes
  readonly isDurable?: boolean
}

export async function liveRealms(text: string, { policyTypes = policyTypesOf(), isDurable = true }: Circumstances = {}) {
  const database = memoryDatabase()
  const faults: unknown[] = []
  const live = await createLiveRealms({
    ...{ configuration: await configurationOf(text), states: database.states, objects: database.objects, policyTypes },
    realmDefinitions: database.realmDefinitions,
    newId: () => `id-${database.events.length}`,
    warn: (line) => faults.push(line),
    vault: { seal: (clear) => `sealed:${clear}`, open: (sealed) => sealed.replace('sealed:', '') },
    isDurable: () => isDurable,
    now: () => now,
    reportFault: (error) => faults.push(error),
  })
  return { live, faults, ...database }
}
