import { decodeProtectedHeader } from 'jose'
import type { Client as EngineClient } from 'oidc-provider'
import type { EpochSeconds } from '../../registration/index.ts'
import type { EnginePorts } from '../ports.ts'

/** SEC-JWK-07: an unknown `kid` makes us look again, but not at the pace of whoever sends unknown ones. */
const refetchSeconds = 30
const rememberedMax = 1000

export interface ClientKeys {
  /** Before a client's signature is verified: if it names a key that we do not know, its key set is read anew. */
  expect(client: EngineClient | undefined, jwt: unknown): void
  /** Whether the next fetch of this address must not come from a cache. */
  takeFresh(url: string): boolean
}

/** Addresses that keys were read from, by whoever read them: runtimes come after one another, and clients stay. */
const everRead = new WeakMap<object, Set<string>>()

function isFirstRead(reader: object, uri: string): boolean {
  const known = everRead.get(reader) ?? new Set()
  if (known.has(uri)) return false
  if (known.size >= rememberedMax) known.clear()
  everRead.set(reader, known.add(uri))
  return true
}

interface KeyStore extends Iterable<{ readonly kid?: string }> {
  freshUntil?: number
}

/**
 * A client rotates its keys by publishing new ones (OIDC Core §10.1.1); cached ones must not keep it out until they age.
 * `ports`: the same for all runtimes of a node.
 */
export function createClientKeys(ports: Pick<EnginePorts, 'now'>): ClientKeys {
  const { now } = ports
  const refetchedAt = new Map<string, EpochSeconds>()
  const fresh = new Set<string>()

  return {
    expect(client, jwt) {
      const uri = client?.jwksUri
      const kid = kidOf(jwt)
      if (client === undefined || uri === undefined || kid === undefined) return
      const store = client['asymmetricKeyStore'] as KeyStore
      const isKnown = [...store].some((key) => key.kid === kid)
      // What an earlier runtime had read is in the cache, and may be as old; what nobody has read yet is read anyway.
      const isFirst = store.freshUntil === undefined && isFirstRead(ports, uri)
      if (isKnown || isFirst || now() - (refetchedAt.get(uri) ?? 0) < refetchSeconds) return
      if (refetchedAt.size >= rememberedMax) refetchedAt.clear()
      refetchedAt.set(uri, now())
      fresh.add(new URL(uri).href)
      store.freshUntil = 0
    },
    takeFresh: (url) => fresh.delete(url),
  }
}

function kidOf(jwt: unknown): string | undefined {
  try {
    return typeof jwt === 'string' ? decodeProtectedHeader(jwt).kid : undefined
  } catch {
    // Not a JWT: the engine says so where it verifies it.
    return undefined
  }
}
