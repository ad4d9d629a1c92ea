import { decodeProtectedHeader } from 'jose'
import type { Client as EngineClient } from 'oidc-provider'
import type { EpochSeconds } from '../registration/index.ts'

/** SEC-JWK-07: an unknown `kid` makes us look again, but not at the pace of whoever sends unknown ones. */
const refetchSeconds = 30
const rememberedMax = 1000

export interface ClientKeys {
  /** Before a client's signature is verified: if it names a key that we do not know, its key set is read anew. */
  expect(client: EngineClient | undefined, jwt: unknown): void
  /** Whether the next fetch of this address must not come from a cache. */
  takeFresh(url: string): boolean
}

interface KeyStore extends Iterable<{ readonly kid?: string }> {
  freshUntil?: number
}

/** A client rotates its keys by publishing new ones (OIDC Core §10.1.1); cached ones must not keep it out until they age. */
export function createClientKeys(now: () => EpochSeconds): ClientKeys {
  const refetchedAt = new Map<string, EpochSeconds>()
  const fresh = new Set<string>()

  return {
    expect(client, jwt) {
      const uri = client?.jwksUri
      const kid = kidOf(jwt)
      if (client === undefined || uri === undefined || kid === undefined) return
      const store = client['asymmetricKeyStore'] as KeyStore
      // A store that was not read yet would be read from a cache, which may be as old as what another runtime had read.
      const isKnown = [...store].some((key) => key.kid === kid)
      if (isKnown || now() - (refetchedAt.get(uri) ?? 0) < refetchSeconds) return
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
