import type { EpochSeconds, Realm, Realms } from '../../registration/index.ts'
import type { EnginePorts, SigningKey } from '../ports.ts'
import {
  generateSigningKey,
  type KeyState,
  keyAlgorithms,
  missingAlgorithms,
  publishedKeys,
  rotation,
  stateOf,
} from './signing-keys.ts'

export interface KeySummary {
  readonly kid: string
  readonly alg: string
  readonly state: KeyState
  readonly createdAt: EpochSeconds
  readonly signsFrom: EpochSeconds
  readonly publishedUntil?: EpochSeconds
}

export interface RotationRequest {
  readonly alg?: string
  readonly immediately?: boolean
}

export interface EngineKeys {
  list(realm: string): Promise<readonly KeySummary[]>
  rotate(realm: string, options: RotationRequest, actor: string): Promise<readonly KeySummary[]>
}

export function createKeyAdministration(
  ports: EnginePorts,
  realms: Realms,
  reload: (realm: string) => Promise<void>,
): EngineKeys {
  // A realm that nobody has asked for yet gets its keys when somebody wants to see them.
  const list = async (name: string) => {
    const realm = realms.find(name)
    return realm === undefined ? [] : summarise(await ensureKeys(realm, ports), ports.now())
  }
  return {
    list,
    async rotate(name, { alg, immediately = false }, actor) {
      const realm = realms.find(name)
      if (realm === undefined) return []
      const algs = keyAlgorithms(realm).filter((served) => alg === undefined || served === alg)
      await ports.keys.change(name, (keys) => rotation(realm, keys, { algs, immediately, now: ports.now() }, ports.vault))
      ports.log?.('signing_keys_rotated', { realm: name, algs, immediately, actor })
      await reload(name)
      return list(name)
    },
  }
}

/**
 * Creates what is missing of the realm's algorithms; a key that nobody could have known of signs at once. Every node does so
 * before it serves the realm, and so finds what another one has made: there is nothing to tell.
 */
export async function ensureKeys(realm: Realm, ports: EnginePorts): Promise<readonly SigningKey[]> {
  const keys = await ports.keys.list(realm.name)
  if (missingAlgorithms(realm, keys, ports.now()).length === 0) return keys
  await ports.keys.change(realm.name, async (current) => {
    const now = ports.now()
    const missing = missingAlgorithms(realm, current, now)
    const times = { createdAt: now, signsFrom: now }
    return {
      insert: await Promise.all(missing.map((alg) => generateSigningKey(realm, alg, times, ports.vault))),
      publishUntil: {},
      isUnheardOf: true,
    }
  })
  return ports.keys.list(realm.name)
}

function summarise(keys: readonly SigningKey[], now: EpochSeconds): readonly KeySummary[] {
  return publishedKeys(keys, now).map((key) => ({
    kid: key.kid,
    alg: key.alg,
    state: stateOf(key, keys, now),
    createdAt: key.createdAt,
    signsFrom: key.signsFrom,
    ...(key.publishedUntil === undefined ? {} : { publishedUntil: key.publishedUntil }),
  }))
}
