import { type AssertionIssuer, type JsonObject, Refusal } from '../../registration/index.ts'
import { publishedKeys } from '../keys/signing-keys.ts'
import { findNeighbour } from '../neighbours.ts'
import type { Runtime } from '../runtime.ts'
import { temporarilyUnavailable } from './grant-refusal.ts'

const none: JsonObject = { keys: [] }

/** What the signature of an assertion is looked for among. That none can be had is nobody's fault who asks. */
export async function keysOfIssuer(
  { ports, realm }: Pick<Runtime, 'ports' | 'realm'>,
  { id, issuer, keys }: AssertionIssuer,
  kid: string | undefined,
): Promise<JsonObject> {
  switch (keys.kind) {
    case 'jwks':
      return keys.jwks
    case 'jwks-uri':
      try {
        return await ports.issuerKeys.fetch(realm, keys.jwksUri, kid)
      } catch (error) {
        if (!(error instanceof Refusal)) throw error
        ports.log?.('issuer_keys_unavailable', { realm: realm.name, assertionIssuer: id, reason: error.internal })
        throw temporarilyUnavailable('the keys of the issuer cannot be fetched at the moment; try again')
      }
    case 'realm': {
      const neighbour = await findNeighbour(ports, keys.realm)
      // The entry was made for the realm with this issuer, and not for whoever has its name now.
      if (neighbour?.realm.issuer !== issuer) return none
      const published = publishedKeys(await ports.keys.list(keys.realm), ports.now())
      return { keys: published.map(({ publicJwk }) => publicJwk as JsonObject) }
    }
  }
}
