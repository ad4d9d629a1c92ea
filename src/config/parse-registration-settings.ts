import { type Realm, type RegistrationSettings, refuseAll, type Violation } from '../registration/index.ts'
import type { Path, Problem } from './problem.ts'
import { readValue } from './read-value.ts'
import { registrationSettingsSchema } from './registration-settings-schema.ts'

type ScopesOf = Pick<Realm, 'scopes'>

/** @throws Refusal with a violation per bad member; its `member` is a JSON pointer without the leading slash. */
export function parseRegistrationSettings(input: unknown, realm?: ScopesOf): RegistrationSettings {
  const problems: Problem[] = []
  const settings = readValue(registrationSettingsSchema, input, { path: [], spelling: 'api', problems }) as RegistrationSettings
  refuseAll(problems.map(toViolation))
  if (realm !== undefined) refuseAll(unknownScopes(settings, realm).map(toViolation))
  return settings
}

function unknownScopes(settings: RegistrationSettings, { scopes }: ScopesOf): readonly Problem[] {
  const known = scopes.map(({ name }) => name)
  const lists = ['defaultScopes', 'allowedScopes', 'initialAccessTokenScopes'] as const
  return lists.flatMap((list) =>
    (settings[list] ?? []).flatMap((scope, index) =>
      known.includes(scope)
        ? []
        : [{ path: [list, index], message: `${scope} is no scope of this realm; give one of ${known.join(', ')}` }],
    ),
  )
}

function toViolation({ path, message }: Problem): Violation {
  return { code: 'invalid_client_metadata', member: pointer(path), reason: message }
}

function pointer(path: Path): string {
  return path.map((step) => String(step).replaceAll('~', '~0').replaceAll('/', '~1')).join('/')
}
