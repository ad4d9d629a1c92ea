import {
  type AuditEvent,
  type EpochSeconds,
  type JsonObject,
  type JsonValue,
  jsonEqual,
  type Realm,
  type RealmProblem,
  refuseAll,
} from '../../registration/index.ts'
import type { RealmObjects } from '../ports.ts'
import { violationOf } from '../problem.ts'
import { keepObject } from './keep-object.ts'
import type { RealmObjectLists } from './merge-objects.ts'
import { newProblems } from './new-problems.ts'
import type { KeepingPorts, ObjectKind } from './object-kinds.ts'
import { idOf, listOf, type ObjectList, placeOf, shown } from './object-lists.ts'

/** An object as administrators see it. */
export interface ManagedObject {
  readonly id: string
  /** The configuration file owns it, and nobody changes it here. */
  readonly provisioned: boolean
  readonly definition: JsonObject
}

export type SaveOutcome =
  | { readonly outcome: 'saved'; readonly object: ManagedObject }
  | { readonly outcome: 'exists' | 'absent' | 'provisioned' }
  | InUse

/** Something else in the realm would no longer fit. */
export interface InUse {
  readonly outcome: 'in-use'
  /** What, and what would be wrong with it. */
  readonly uses: readonly { readonly place: string; readonly message: string }[]
}

/** One kind of object in the realms, as the admin API reads and writes it. Each save may throw a `Refusal`. */
export interface LiveObjects {
  /** JSON Schema of what is written. */
  readonly schema: object
  list(realm: string): Promise<readonly ManagedObject[]>
  create(realm: string, written: JsonObject, actor: string): Promise<SaveOutcome>
  replace(realm: string, id: string, written: JsonObject, actor: string): Promise<SaveOutcome>
  remove(realm: string, id: string, actor: string): Promise<SaveOutcome | { readonly outcome: 'removed' }>
  /** `false`: `ids` are not exactly those that can be moved. */
  reorder(realm: string, ids: readonly string[], actor: string): Promise<boolean>
}

export interface LiveObjectsPorts extends KeepingPorts {
  readonly find: (realm: string) => (Realm & RealmObjectLists) | undefined
  readonly provisioned: (realm: string) => RealmObjectLists | undefined
  readonly objects: RealmObjects
  readonly refresh: (realm: string) => Promise<void>
  readonly now: () => EpochSeconds
}

export function createLiveObjects(type: ObjectKind, ports: LiveObjectsPorts): LiveObjects {
  const { objects, refresh } = ports
  return {
    schema: type.schema,
    async list(name) {
      const { all, isProvisioned } = await currentList(name, type, ports)
      return all.map((object) => managed(object, isProvisioned, type))
    },
    async create(name, written, actor) {
      const list = await currentList(name, type, ports)
      const kept = keepObject(written, undefined, { ...ports, type, realm: list.realm })
      if (placeOf(list.all, idOf(kept, type), type) >= 0) return { outcome: 'exists' }
      return write({ list, kept, actor }, type, ports)
    },
    async replace(name, id, written, actor) {
      const list = await currentList(name, type, ports)
      const previous = list.all[placeOf(list.all, id, type)]
      if (previous === undefined) return { outcome: 'absent' }
      if (list.isProvisioned(id)) return { outcome: 'provisioned' }
      const kept = keepObject({ [type.idMember]: id, ...written }, previous, { ...ports, type, realm: list.realm })
      if (idOf(kept, type) !== id)
        refuseAll([violationOf({ path: [type.idMember], message: `must be ${id}, since it cannot be changed` })])
      return write({ list, kept, actor }, type, ports)
    },
    async remove(name, id, actor) {
      const { realm, all, isProvisioned } = await currentList(name, type, ports)
      const at = placeOf(all, id, type)
      if (at < 0) return { outcome: 'absent' }
      if (isProvisioned(id)) return { outcome: 'provisioned' }
      const { own, others } = newProblems(realm, { type, next: all.toSpliced(at, 1), place: -1 }, ports.policyTypes)
      if (own.length + others.length > 0) return inUse(others)
      const event = { realm: name, type: `${type.kind}.removed`, at: ports.now(), actor, details: { id } }
      const isRemoved = await objects.remove({ realm: name, kind: type.kind, id }, event)
      await refresh(name)
      return { outcome: isRemoved ? 'removed' : 'absent' }
    },
    async reorder(name, ids, actor) {
      const { all, isProvisioned } = await currentList(name, type, ports)
      const movable = all.map((object) => idOf(object, type)).filter((id) => !isProvisioned(id))
      if (!jsonEqual([...ids].sort(), movable.sort())) return false
      const event = { realm: name, type: `${type.kind}.reordered`, at: ports.now(), actor, details: { ids } }
      const isDone = await objects.reorder({ realm: name, kind: type.kind, ids }, event)
      await refresh(name)
      return isDone
    },
  }
}

async function currentList(
  name: string,
  type: ObjectKind,
  { refresh, find, provisioned }: LiveObjectsPorts,
): Promise<ObjectList> {
  // Another node may have changed what this one is about to judge by.
  await refresh(name)
  const realm = find(name)
  if (realm === undefined) throw new Error(`there is no realm ${name}`)
  const owned = provisioned(name)
  const own = new Set((owned === undefined ? [] : listOf(owned, type)).map((object) => idOf(object, type)))
  return { realm, all: listOf(realm, type), isProvisioned: (id) => own.has(id) }
}

interface Writing {
  readonly list: ObjectList
  readonly kept: JsonObject
  readonly actor: string
}

/** @throws Refusal when the object does not fit the realm. */
async function write(
  { list: { realm, all, isProvisioned }, kept, actor }: Writing,
  type: ObjectKind,
  { objects, refresh, policyTypes, now }: LiveObjectsPorts,
): Promise<SaveOutcome> {
  const id = idOf(kept, type)
  const at = placeOf(all, id, type)
  const before = all[at]
  const change = before === undefined ? { next: [...all, kept], place: all.length } : { next: all.with(at, kept), place: at }
  const { own, others } = newProblems(realm, { type, ...change }, policyTypes)
  refuseAll(own.map(violationOf))
  if (others.length > 0) return inUse(others)
  const event: AuditEvent = {
    realm: realm.name,
    type: `${type.kind}.${before === undefined ? 'created' : 'changed'}`,
    at: now(),
    actor,
    details: { id, ...(before === undefined ? {} : { changed: changedMembers(before, kept) }) },
  }
  const object = { realm: realm.name, kind: type.kind, id, definition: kept, ifAbsent: before === undefined }
  const outcome = await objects.save(object, event)
  if (outcome !== 'saved') return { outcome }
  await refresh(realm.name)
  return { outcome: 'saved', object: managed(kept, isProvisioned, type) }
}

function managed(object: JsonObject, isProvisioned: ObjectList['isProvisioned'], type: ObjectKind): ManagedObject {
  const id = idOf(object, type)
  return { id, provisioned: isProvisioned(id), definition: shown(object, type) }
}

function inUse(problems: readonly RealmProblem[]): InUse {
  return { outcome: 'in-use', uses: problems.map(({ path, message }) => ({ place: path.join('/'), message })) }
}

function changedMembers(before: JsonObject, after: JsonObject): JsonValue {
  const names = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...names].filter((name) => !jsonEqual(before[name], after[name])).sort()
}
