import { type JsonObject, type PolicyTypes, refuseAll } from '../../registration/index.ts'
import { createIssuerIndex } from '../issuer-index.ts'
import { freshProblems } from '../objects/fresh-problems.ts'
import type { RealmObjects, RealmState } from '../ports.ts'
import { type Problem, violationOf } from '../problem.ts'
import { type LiveRealm, sealDefinition, snapshotOf } from '../snapshot.ts'
import type { Definitions } from './definitions.ts'

export interface JudgingPorts {
  readonly definitions: () => Definitions
  readonly objects: Pick<RealmObjects, 'list'>
  readonly find: (name: string) => LiveRealm | undefined
  readonly all: () => readonly LiveRealm[]
  readonly policyTypes: PolicyTypes
}

interface Judged {
  readonly name: string
  readonly written: JsonObject
  /** What is stored of it so far. */
  readonly state?: RealmState
}

interface Uses {
  /** What administrators have added to the realm, and what would be wrong with it. */
  readonly uses: readonly { readonly place: string; readonly message: string }[]
}

/** By itself, beside the other realms, and with what was added to the realm so far. @throws Refusal with a violation per bad member. */
export async function judgeDefinition({ name, written, state }: Judged, ports: JudgingPorts): Promise<Uses> {
  const { definition, problems } = await ports.definitions().resolve(name, written)
  refuseAll([...namingProblems(name), ...problems].map(violationOf))
  if (definition === undefined) return { uses: [] }
  const others = createIssuerIndex(ports.all().filter((realm) => realm.name !== name))
  const collision = others.collisionOf(definition.base)
  if (collision !== undefined) refuseAll([violationOf({ path: ['issuer'], message: collision })])
  const current = ports.find(name)
  if (current === undefined) return { uses: [] }
  const objects = await ports.objects.list([name])
  const next = snapshotOf(
    sealDefinition(definition, (clear) => clear),
    { state, objects, isDurable: true },
  )
  const uses = freshProblems(current, next, ports.policyTypes)
  return { uses: uses.map(({ path, message }) => ({ place: path.join('/'), message })) }
}

function namingProblems(name: string): readonly Problem[] {
  if (/^[a-z0-9][a-z0-9-]{0,62}$/.test(name)) return []
  return [{ path: ['name'], message: 'is no name of a realm; give small letters, digits and hyphens, at most 63' }]
}
