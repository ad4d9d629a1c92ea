import { generateKeyPairSync } from 'node:crypto'
import { errors, type JWK, type Provider } from 'oidc-provider'
import { type ClientModel, createRecentlyUsed, type Realm, Refusal } from '../../registration/index.ts'
import { buildProvider } from '../build-runtime.ts'
import { encryptionFamilies, keyAlgorithms } from '../keys/signing-keys.ts'
import type { EnginePorts } from '../ports.ts'
import type { Runtimes } from '../runtimes.ts'
import { validateMetadata } from '../seam/seam.ts'
import { projectionView } from './client-adapter.ts'
import { projectCandidate } from './projection.ts'

/** Of realms whose clients register and do nothing else; as with runtimes, the others are let go. */
const sparesMax = 64

/** The engine's own validation, under the very configuration that the client will be served with. */
export function createClientModel(ports: EnginePorts, runtimes: Runtimes): ClientModel {
  const spare = createRecentlyUsed<{ readonly realm: Realm; readonly provider: Provider }>(sparesMax)

  /** Registration may meet a realm before its first protocol request, or a revision that is not served yet. */
  function providerFor(realm: Realm): Provider {
    const served = runtimes.peek(realm.name)
    if (served !== undefined && isSame(served.realm, realm)) return served.provider
    const known = spare.get(realm.name)
    if (known !== undefined && isSame(known.realm, realm)) return known.provider
    const provider = buildProvider(realm, ports, keyAlgorithms(realm).map(standInKey))
    spare.set(realm.name, { realm, provider })
    return provider
  }

  return {
    accept(realm, client_id, metadata) {
      try {
        validateMetadata(providerFor(realm), projectCandidate(client_id, metadata, projectionView(realm, ports)))
      } catch (error) {
        throw error instanceof errors.InvalidClientMetadata ? refusalOf(error) : error
      }
    },
  }
}

function isSame(one: Realm, other: Realm): boolean {
  return one.revision === other.revision && one.incarnation === other.incarnation
}

function refusalOf(error: errors.InvalidClientMetadata): Refusal {
  const code = error.error === 'invalid_redirect_uri' ? 'invalid_redirect_uri' : 'invalid_client_metadata'
  return new Refusal(code, error.error_description ?? 'the client metadata is not valid', { cause: error })
}

const standIns = new Map<string, JWK>()

/** Only tells the engine which algorithms there are; signs nothing, and leaves no process. */
function standInKey(alg: string): JWK {
  const known = standIns.get(alg) ?? standInAbout(alg)
  standIns.set(alg, known)
  return known
}

function standInAbout(alg: string): JWK {
  const about = encryptionFamilies.includes(alg) ? { use: 'enc' } : { alg, use: 'sig' }
  return { ...generateStandIn(alg), ...about, kid: alg }
}

function generateStandIn(alg: string): object {
  if (alg.startsWith('Ed')) return generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })
  if (alg.startsWith('E')) {
    const namedCurve = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' }[alg] ?? 'P-256'
    return generateKeyPairSync('ec', { namedCurve }).privateKey.export({ format: 'jwk' })
  }
  return generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' })
}
