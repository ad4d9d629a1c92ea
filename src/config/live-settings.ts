import {
  type EpochSeconds,
  findRealmProblems,
  type JsonObject,
  jsonEqual,
  type PolicyTypes,
  type Realm,
  refuseAll,
} from '../registration/index.ts'
import type { RealmDefinition } from './configuration.ts'
import { readRegistrationSettings } from './parse-registration-settings.ts'
import type { RealmStates } from './ports.ts'
import { violationOf } from './problem.ts'
import { registrationSettingsSchema } from './registration-settings-schema.ts'

/** Registration settings as the admin API reads and writes them. */
export interface LiveSettings {
  /** JSON Schema of `settings`. */
  readonly schema: object
  read(realm: string): Promise<{ readonly settings: JsonObject; readonly provisioned: boolean; readonly revision: number }>
  /** `provisioned`: the file owns them, and nothing was saved. @throws Refusal with a violation per bad member. */
  save(realm: string, settings: JsonObject, actor: string): Promise<'saved' | 'provisioned'>
}

export interface LiveSettingsPorts {
  readonly find: (realm: string) => Realm | undefined
  readonly definitionOf: (realm: string) => Pick<RealmDefinition, 'registration'> | undefined
  readonly states: RealmStates
  readonly refresh: (realm: string) => Promise<void>
  readonly policyTypes: PolicyTypes
  readonly now: () => EpochSeconds
}

export function createLiveSettings(ports: LiveSettingsPorts): LiveSettings {
  const { find, definitionOf, states, refresh, now } = ports
  const isProvisioned = (realm: string): boolean => definitionOf(realm)?.registration !== undefined
  return {
    schema: registrationSettingsSchema,
    read: async (name) => {
      await refresh(name)
      const realm = find(name)
      if (realm === undefined) throw new Error(`there is no realm ${name}`)
      return { settings: toJson(realm.registration), provisioned: isProvisioned(name), revision: realm.revision }
    },
    save: async (name, settings, actor) => {
      if (isProvisioned(name)) return 'provisioned'
      // Judged against what is there now, on whichever node it was changed.
      await refresh(name)
      const realm = find(name)
      if (realm === undefined) throw new Error(`there is no realm ${name}`)
      const next = toJson(judged(settings, realm, ports.policyTypes))
      const details = { changed: changedMembers(toJson(realm.registration), next) }
      const event = { realm: name, type: 'registration-settings.changed', at: now(), actor, details }
      await states.saveRegistrationSettings(name, next, event)
      await refresh(name)
      return 'saved'
    },
  }
}

function judged(input: JsonObject, realm: Realm, policyTypes: PolicyTypes): Realm['registration'] {
  const { settings, problems } = readRegistrationSettings(input, realm.profile)
  const faulty = new Set(problems.map(({ path }) => path[0]))
  const unfit = findRealmProblems({ ...realm, registration: settings }, policyTypes)
    .filter(({ path }) => path[0] === 'registration' && !faulty.has(path[1]))
    .map(({ path, message }) => ({ path: path.slice(1), message }))
  refuseAll([...problems, ...unfit].map(violationOf))
  return settings
}

function changedMembers(before: JsonObject, after: JsonObject): readonly string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...names].filter((name) => !jsonEqual(before[name], after[name])).sort()
}

function toJson(settings: Realm['registration']): JsonObject {
  return { ...settings } as unknown as JsonObject
}
