import { Type } from 'typebox'
import type { JsonObject, JsonValue, Realm, Realms } from '../../../registration/index.ts'
import { type MemberProblem, Problem } from '../../problem.ts'
import { requirePingamRealm } from './pingam-realm.ts'

/** Where the product keeps what it manages beside PingAM's configuration: `{realm}_{kind}`, and the object's id. */
export const managedPath = '/openidm/managed/:object/:id'

export const managedParams = Type.Object({
  object: Type.String({ pattern: '^.{1,63}_(?:aiagent|aiagentprivilege)$' }),
  id: Type.String({ pattern: '^[A-Za-z0-9._-]{1,64}$' }),
})

/** What a PATCH of the product consists of. */
export const patchOperations = Type.Array(
  Type.Object(
    {
      operation: Type.Enum(['add', 'replace', 'remove']),
      field: Type.String({ pattern: '^/?[A-Za-z]+(?:/-)?$' }),
      value: Type.Optional(Type.Unknown()),
    },
    { additionalProperties: false },
  ),
  { maxItems: 100 },
)

export interface PatchOperation {
  readonly operation: 'add' | 'replace' | 'remove'
  readonly field: string
  readonly value?: unknown
}

export interface ManagedKind {
  readonly realm: Realm
  readonly kind: 'aiagent' | 'aiagentprivilege'
}

export function kindOf(realms: Realms, object: string): ManagedKind {
  const at = object.lastIndexOf('_')
  const kind = object.slice(at + 1)
  return { realm: requirePingamRealm(realms, object.slice(0, at)), kind: kind === 'aiagent' ? 'aiagent' : 'aiagentprivilege' }
}

/** A reference as the product writes it, to an object of the realm that is called by `id`. */
export function reference(
  realm: string,
  kind: 'aiagent' | 'aiagentprivilege' | 'application' | 'group' | 'user',
  id: string,
): JsonObject {
  const collection = `managed/${realm}_${kind}`
  return {
    _ref: `${collection}/${encodeURIComponent(id)}`,
    _refResourceCollection: collection,
    _refResourceId: id,
    _refProperties: {},
  }
}

/** The id of what is referred to: by an object with `_ref`, its last step, or by the id itself. */
export function referredId(value: JsonValue | undefined): string | undefined {
  if (typeof value === 'string') return lastStep(value)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const { _ref, _refResourceId } = value as JsonObject
  if (typeof _ref === 'string') return lastStep(_ref)
  return typeof _refResourceId === 'string' ? _refResourceId : undefined
}

/** A resource can be a URL, whose slashes are its own. */
function lastStep(written: string): string {
  const [, step] = /^managed\/[^/]+\/(.+)$/.exec(written) ?? []
  if (step === undefined) return written
  try {
    return decodeURIComponent(step)
  } catch {
    return step
  }
}

/** The object with what the operations, one after the other, make of it. @throws Problem for a field that it does not have. */
export function patched(object: JsonObject, operations: readonly PatchOperation[], fields: readonly string[]): JsonObject {
  return operations.reduce<JsonObject>((current, { operation, field, value }, index) => {
    const [name = '', element] = field.replace(/^\//, '').split('/')
    if (!fields.includes(name)) {
      throw badMembers([{ pointer: `/${index}/field`, code: 'unknown_member', message: `can be one of ${fields.join(', ')}` }])
    }
    const { [name]: before, ...rest } = current
    const after = changed(before, { operation, isElement: element === '-', value: value as JsonValue | undefined })
    return after === undefined ? rest : { ...rest, [name]: after }
  }, object)
}

interface Operation {
  readonly operation: PatchOperation['operation']
  readonly isElement: boolean
  readonly value: JsonValue | undefined
}

function changed(before: JsonValue | undefined, { operation, isElement, value }: Operation): JsonValue | undefined {
  const elements = Array.isArray(before) ? (before as readonly JsonValue[]) : []
  const given = value === undefined ? [] : Array.isArray(value) ? (value as readonly JsonValue[]) : [value]
  const isOfList = isElement || (Array.isArray(before) && operation !== 'replace')
  if (operation !== 'remove') return isOfList ? [...elements, ...given] : value
  if (!isOfList || value === undefined) return undefined
  const gone = given.map(referredId)
  return elements.filter((one) => !gone.includes(referredId(one)))
}

export function badMembers(errors: readonly MemberProblem[]): Problem {
  return new Problem(400, 'invalid_request', 'the body is not as it should be; see errors', { errors })
}
