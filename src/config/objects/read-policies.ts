import { Type } from 'typebox'
import {
  findRealmProblems,
  type JsonValue,
  type PolicyInstance,
  type PolicyTypes,
  type Realm,
  refuseAll,
} from '../../registration/index.ts'
import { type Problem, violationOf } from '../problem.ts'
import { readValue } from '../read-value.ts'
import { policyInstanceSchema } from './policy-instance-schema.ts'

/** A chain that is not saved, to be tried. @throws Refusal whose members are JSON pointers that begin with `policies/`. */
export function readPolicies(written: JsonValue, realm: Realm, policyTypes: PolicyTypes): readonly PolicyInstance[] {
  const problems: Problem[] = []
  const read = readValue(Type.Array(policyInstanceSchema), written, { path: ['policies'], spelling: 'api', problems })
  refuseAll(problems.map(violationOf))
  const policies = read as readonly PolicyInstance[]
  const unfit = findRealmProblems({ ...realm, policies }, policyTypes).filter(({ path }) => path[0] === 'policies')
  refuseAll(unfit.map(violationOf))
  return policies
}
