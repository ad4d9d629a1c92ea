import { Type } from 'typebox'
import type { Realm, Realms } from '../../../registration/index.ts'
import { Problem } from '../../problem.ts'

/** Where PingAM keeps the configuration of a realm. */
export const realmConfigPath = '/am/json/realms/root/realms/:realm/realm-config'

export const realmParams = Type.Object({ realm: Type.String({ maxLength: 63 }) })
export const objectParams = Type.Object({
  realm: Type.String({ maxLength: 63 }),
  id: Type.String({ pattern: '^[A-Za-z0-9._-]{1,64}$' }),
})

/** @throws Problem 404 where the realm does not speak the dialect: nothing of the vendor's is there then. */
export function requirePingamRealm(realms: Realms, name: string): Realm {
  const realm = realms.find(name)
  if (realm?.dialects.includes('pingam') === true) return realm
  throw new Problem(404, 'realm_not_found', 'there is no realm of this name that speaks the dialect pingam')
}
