import type { IdentityProvider, JsonObject, Realm, StatementIssuer } from '../../registration/index.ts'
import type { RealmObject, Webhook } from '../ports.ts'
import { type ObjectKind, type ObjectMember, objectKinds } from './object-kinds.ts'

/** The objects of a realm: those of the file first, then those of administrators. */
export interface RealmObjectLists extends Pick<Realm, Exclude<ObjectMember, 'webhooks'>> {
  readonly statementIssuers: readonly StatementIssuer[]
  readonly identityProviders: readonly IdentityProvider[]
  readonly webhooks: readonly Webhook[]
}

/** Where the file has taken over a name that an administrator used before, the file's is what counts. */
export function mergeObjects(provisioned: RealmObjectLists, stored: readonly RealmObject[]): RealmObjectLists {
  if (stored.length === 0) return provisioned
  const lists = Object.values(objectKinds).map(({ member, kind, idMember }: ObjectKind) => {
    const own = provisioned[member] as unknown as readonly JsonObject[]
    const ofKind = stored.filter((object) => object.kind === kind)
    if (ofKind.length === 0) return [member, own] as const
    const taken = new Set(own.map((object) => object[idMember]))
    return [member, [...own, ...ofKind.filter(({ id }) => !taken.has(id)).map(({ definition }) => definition)]] as const
  })
  return Object.fromEntries(lists) as unknown as RealmObjectLists
}
