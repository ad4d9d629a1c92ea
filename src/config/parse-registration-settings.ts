import type { TSchema } from 'typebox'
import { type RegistrationSettings, refuseAll } from '../registration/index.ts'
import { type Problem, violationOf } from './problem.ts'
import { findProfile } from './profiles/profiles.ts'
import { withDefaults } from './profiles/with-defaults.ts'
import { readValue } from './read-value.ts'
import { registrationSettingsSchema } from './registration-settings-schema.ts'

/** Settings as they were stored, in a realm of that profile. @throws Refusal with a violation per bad member. */
export function parseRegistrationSettings(input: unknown, profile: string): RegistrationSettings {
  const { settings, problems } = readRegistrationSettings(input, profile)
  refuseAll(problems.map(violationOf))
  return settings
}

/** What can be told without the realm; a member that has a problem gets its default, so that the rest can be judged all the same. */
export function readRegistrationSettings(
  input: unknown,
  profile: string,
): {
  readonly settings: RegistrationSettings
  readonly problems: readonly Problem[]
} {
  const problems: Problem[] = []
  const read = readValue(schemaFor(profile), input, { path: [], spelling: 'api', problems })
  if (problems.length === 0) return { settings: read as RegistrationSettings, problems }
  const faulty = new Set(problems.map(({ path }) => path[0]))
  const sound = Object.entries(read ?? {}).filter(([member]) => !faulty.has(member))
  const settings = { ...parseRegistrationSettings({}, profile), ...Object.fromEntries(sound) } as RegistrationSettings
  return { settings, problems }
}

function schemaFor(profile: string): TSchema {
  const settings = findProfile(profile)?.settings.registration
  return settings === undefined ? registrationSettingsSchema : withDefaults(registrationSettingsSchema, settings)
}
