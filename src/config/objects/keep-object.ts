import { type JsonObject, type Realm, refuseAll } from '../../registration/index.ts'
import { type Problem, violationOf } from '../problem.ts'
import { readValue } from '../read-value.ts'
import type { KeepingPorts, ObjectKind } from './object-kinds.ts'

interface Keeping extends KeepingPorts {
  readonly type: ObjectKind
  readonly realm: Realm
}

/** What is kept of what an administrator wrote. @throws Refusal with a violation per bad member. */
export function keepObject(input: JsonObject, previous: JsonObject | undefined, { type, realm, ...ports }: Keeping): JsonObject {
  const problems: Problem[] = []
  const written = readValue(type.schema, input, { path: [], spelling: 'api', problems }) as JsonObject
  refuseAll(problems.map(violationOf))
  refuseAll((type.check?.(written, realm) ?? []).map(violationOf))
  const kept = type.keep === undefined ? written : type.keep(written, previous, ports)
  if (isProblem(kept)) refuseAll([violationOf(kept)])
  return kept as JsonObject
}

function isProblem(kept: JsonObject | Problem): kept is Problem {
  return Array.isArray(kept.path) && typeof kept.message === 'string'
}
