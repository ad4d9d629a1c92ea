import type { JsonObject, PolicyTypes } from '../../registration/index.ts'
import { checkSafety } from '../check-safety.ts'
import type { Configuration, RealmDefinition } from '../configuration.ts'
import type { Draft } from '../draft.ts'
import type { Problem } from '../problem.ts'
import { profiledRealmSchema } from '../profiled-realm-schema.ts'
import { readValue } from '../read-value.ts'
import { resolveRealm } from '../resolve-realm.ts'
import type { ConfigurationFile } from '../schema.ts'
import { ownResources } from './run-time-realm-schema.ts'

export interface DefinitionContext {
  readonly configuration: Pick<Configuration, 'mode' | 'http' | 'publicUrl'>
  readonly policyTypes: PolicyTypes
  /** What was stored was judged before that. */
  readonly isJudged: boolean
}

export interface ResolvedDefinition {
  /** Absent where something is wrong. */
  readonly definition?: RealmDefinition
  /** Their paths begin in what was written. */
  readonly problems: readonly Problem[]
}

/** What administrators write at run time is judged by the very checks that the configuration file goes through. */
export async function resolveDefinition(
  name: string,
  written: JsonObject,
  { configuration, policyTypes, isJudged }: DefinitionContext,
): Promise<ResolvedDefinition> {
  const { mode, http, publicUrl } = configuration
  const path = ['realms', name]
  const problems: Problem[] = []
  const own = Object.fromEntries(Object.entries(written).filter(([member]) => !Object.hasOwn(ownResources, member)))
  const realm = readValue(profiledRealmSchema, own, { path, spelling: 'api', problems })
  const draft: Draft = {
    file: { mode, http, realms: { [name]: realm } } as unknown as ConfigurationFile,
    problems,
    surroundings: nowhere,
  }
  const definition = await resolveRealm(draft, { name, publicUrl, policyTypes, isJudged })
  if (!isJudged) checkSafety(draft)
  const found = [
    ...problems.map((problem) => ({ ...problem, path: problem.path.slice(path.length) })),
    ...misplacedMembers(name, written),
  ]
  return { problems: found, ...(definition === undefined || found.length > 0 ? {} : { definition }) }
}

/** There is no file, and nothing beside it. */
const nowhere: Draft['surroundings'] = {
  path: '/',
  env: {},
  overrides: {},
  dataFolder: '/',
  generates: false,
  certificateChecks: async () => ({ ofAuthority: () => undefined, ofList: () => undefined }),
}

function misplacedMembers(name: string, written: JsonObject): readonly Problem[] {
  return Object.entries(ownResources)
    .filter(([member]) => Object.hasOwn(written, member))
    .map(([member, resource]) => ({
      path: [member],
      message: `is not part of a realm made at run time; add them to the realm by POST /admin/v1/realms/${name}/${resource}`,
    }))
}
