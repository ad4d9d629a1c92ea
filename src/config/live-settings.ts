import type { JsonObject, Realm, RegistrationSettings } from '../registration/index.ts'
import type { RealmDefinition } from './configuration.ts'
import { parseRegistrationSettings } from './parse-registration-settings.ts'
import type { RealmStates } from './ports.ts'
import { registrationSettingsSchema } from './registration-settings-schema.ts'

/** Registration settings as the admin API reads and writes them. */
export interface LiveSettings {
  /** JSON Schema of `settings`. */
  readonly schema: object
  read(realm: string): Promise<{ readonly settings: JsonObject; readonly provisioned: boolean; readonly revision: number }>
  /** `provisioned`: the file owns them, and nothing was saved. @throws Refusal with a violation per bad member. */
  save(realm: string, settings: JsonObject): Promise<'saved' | 'provisioned'>
}

interface LiveSettingsPorts {
  readonly find: (realm: string) => Realm | undefined
  readonly definitionOf: (realm: string) => RealmDefinition | undefined
  readonly states: RealmStates
  readonly refresh: (realm: string) => Promise<void>
}

export function createLiveSettings({ find, definitionOf, states, refresh }: LiveSettingsPorts): LiveSettings {
  const isProvisioned = (realm: string): boolean => definitionOf(realm)?.registration !== undefined
  return {
    schema: registrationSettingsSchema,
    read: async (name) => {
      await refresh(name)
      const realm = find(name)
      if (realm === undefined) throw new Error(`there is no realm ${name}`)
      return { settings: toJson(realm.registration), provisioned: isProvisioned(name), revision: realm.revision }
    },
    save: async (name, settings) => {
      if (isProvisioned(name)) return 'provisioned'
      const realm = find(name)
      if (realm === undefined) throw new Error(`there is no realm ${name}`)
      const parsed = parseRegistrationSettings(settings, realm)
      await states.saveRegistrationSettings(name, toJson(parsed))
      await refresh(name)
      return 'saved'
    },
  }
}

function toJson(settings: RegistrationSettings): JsonObject {
  return { ...settings } as unknown as JsonObject
}
