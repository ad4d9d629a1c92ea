import type { JsonObject, Realm } from '../../registration/index.ts'
import type { RealmObjectLists } from './merge-objects.ts'
import type { ObjectKind } from './object-kinds.ts'

/** The objects of one kind in a realm, as they are now. */
export interface ObjectList {
  readonly realm: Realm & RealmObjectLists
  readonly all: readonly JsonObject[]
  readonly isProvisioned: (id: string) => boolean
}

export function listOf(lists: RealmObjectLists, { member }: ObjectKind): readonly JsonObject[] {
  return lists[member] as unknown as readonly JsonObject[]
}

export function idOf(object: JsonObject, { idMember }: ObjectKind): string {
  return String(object[idMember])
}

/** -1: there is none. */
export function placeOf(all: readonly JsonObject[], id: string, type: ObjectKind): number {
  return all.findIndex((object) => idOf(object, type) === id)
}

export function shown(kept: JsonObject, { show }: ObjectKind): JsonObject {
  return show === undefined ? kept : show(kept)
}
