import {
  type Realm,
  type RegistrationSettings,
  readBoundMetadata,
  refuseAll,
  type Violation,
  violationsOf,
} from '../registration/index.ts'
import type { Path, Problem } from './problem.ts'
import { readValue } from './read-value.ts'
import { registrationSettingsSchema } from './registration-settings-schema.ts'

/** @throws Refusal with a violation per bad member; its `member` is a JSON pointer without the leading slash. */
export function parseRegistrationSettings(input: unknown, realm?: Realm): RegistrationSettings {
  const problems: Problem[] = []
  const settings = readValue(registrationSettingsSchema, input, { path: [], spelling: 'api', problems }) as RegistrationSettings
  const isSound = (member: string): boolean => !problems.some(({ path }) => path[0] === member || path.length === 0)
  const unfit =
    realm === undefined ? [] : [...unknownScopes(settings, realm, isSound), ...unfitDefaults(settings, realm, isSound)]
  refuseAll([...problems, ...unfit].map(toViolation))
  return settings
}

type IsSound = (member: string) => boolean

function unknownScopes(settings: RegistrationSettings, { scopes }: Realm, isSound: IsSound): readonly Problem[] {
  const known = scopes.map(({ name }) => name)
  const lists = (['defaultScopes', 'allowedScopes', 'initialAccessTokenScopes'] as const).filter(isSound)
  return lists.flatMap((list) =>
    (settings[list] ?? []).flatMap((scope, index) =>
      known.includes(scope)
        ? []
        : [{ path: [list, index], message: `${scope} is no scope of this realm; give one of ${known.join(', ')}` }],
    ),
  )
}

/** A default that no client could register would be left out without a word. */
function unfitDefaults(settings: RegistrationSettings, realm: Realm, isSound: IsSound): readonly Problem[] {
  if (!['clientDefaults', 'allowedScopes', 'redirectUris'].every(isSound)) return []
  const violations = violationsOf(() => readBoundMetadata(settings.clientDefaults, { ...realm, registration: settings }))
  return violations.map(({ member = '', reason }) => ({ path: ['clientDefaults', member], message: reason }))
}

function toViolation({ path, message }: Problem): Violation {
  return { code: 'invalid_client_metadata', member: pointer(path), reason: message }
}

function pointer(path: Path): string {
  return path.map((step) => String(step).replaceAll('~', '~0').replaceAll('/', '~1')).join('/')
}
