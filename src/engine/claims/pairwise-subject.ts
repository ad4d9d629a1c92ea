import { createHmac, randomBytes } from 'node:crypto'
import type { Realm } from '../../registration/index.ts'
import type { EnginePorts } from '../ports.ts'

export type PairwiseSubject = (sector: string, accountId: string) => Promise<string>

/**
 * OIDC Core §8.1: the same person, another name in every sector, not to be turned back without the realm's key. The key is kept
 * by itself and not derived from the root secret: people would get new names with every new root secret (OIDR-SEC-07).
 */
export function createPairwiseSubject(realm: Realm, { pairwiseKeys, vault }: EnginePorts): PairwiseSubject {
  let key: Promise<string> | undefined
  const readKey = async (): Promise<string> => {
    const fresh = vault.seal(randomBytes(32).toString('base64url'))
    return vault.open(await pairwiseKeys.keep(realm.name, fresh))
  }
  return async (sector, accountId) => {
    key ??= readKey().catch((error: unknown) => {
      key = undefined
      throw error
    })
    return createHmac('sha256', await key)
      .update(JSON.stringify([sector, accountId]))
      .digest('base64url')
  }
}
