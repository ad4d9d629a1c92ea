import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Vault } from '../registration/index.ts'

export interface Keyring extends Vault {
  /** Bytes that are the same on every node with the same root secret, and useless for any other purpose (RFC 5869). */
  derivedKey(purpose: string, bytes: number): Uint8Array
}

/**
 * The keyring over one or more root secrets of at least 32 bytes, newest first. A rotated root secret stays in the list
 * until nothing depends on it: digests made under it still match and sealed values still open.
 */
export function createKeyring(rootSecrets: readonly Uint8Array[]): Keyring {
  const keys = rootSecrets.map(derive)
  const newest = keys[0]
  if (newest === undefined) throw new Error('a keyring needs at least one root secret')
  // Purposes are words of ours, a few for each realm: some are asked for with every request.
  const derived = new Map<string, Uint8Array>()

  return {
    digest: (value) => digestUnder(newest, value),
    digests: (value) => keys.map((key) => digestUnder(key, value)),
    matches: (value, digest) => {
      const [id, stored = ''] = digest.split('.')
      const key = keys.find((candidate) => candidate.id === id) ?? newest
      return isEqual(hmac(key.digestKey, value), stored)
    },
    seal: (clear) => `${newest.id}.${encrypt(newest.sealKey, clear)}`,
    open: (sealed) => {
      const [id, box = ''] = sealed.split('.')
      const key = keys.find((candidate) => candidate.id === id)
      if (key === undefined) throw new Error(`sealed with root secret ${id}, which this server does not have`)
      return decrypt(key.sealKey, box)
    },
    derivedKey: (purpose, bytes) => {
      const name = `${bytes} ${purpose}`
      const known = derived.get(name) ?? expand(newest.root, purpose, bytes)
      derived.set(name, known)
      return known
    },
  }
}

interface DerivedKeys {
  /** Names the root secret without telling anything about it. */
  readonly id: string
  readonly root: Uint8Array
  readonly digestKey: Uint8Array
  readonly sealKey: Uint8Array
}

const rootSecretBytesMin = 32 // What HMAC-SHA-256 and AES-256 call for (RFC 2104 §3).

function derive(root: Uint8Array): DerivedKeys {
  if (root.byteLength < rootSecretBytesMin) throw new Error(`a root secret has at least ${rootSecretBytesMin} bytes`)
  return {
    id: Buffer.from(expand(root, 'key id', 4)).toString('hex'),
    root,
    digestKey: expand(root, 'digest', 32),
    sealKey: expand(root, 'seal', 32),
  }
}

function expand(root: Uint8Array, purpose: string, bytes: number): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', root, 'registrar', purpose, bytes))
}

function digestUnder({ id, digestKey }: DerivedKeys, value: string): string {
  return `${id}.${hmac(digestKey, value)}`
}

function hmac(key: Uint8Array, value: string): string {
  return createHmac('sha256', key).update(value).digest('base64url')
}

/** Both sides are hashed first: equal lengths, and a running time that spells out nothing. */
function isEqual(left: string, right: string): boolean {
  const digest = (value: string): Buffer => createHash('sha256').update(value).digest()
  return timingSafeEqual(digest(left), digest(right))
}

const nonceBytes = 12 // NIST SP 800-38D §8.2: 96 bits for AES-GCM.
const tagBytes = 16

function encrypt(key: Uint8Array, clear: string): string {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  const box = Buffer.concat([cipher.update(clear, 'utf8'), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), box]).toString('base64url')
}

function decrypt(key: Uint8Array, sealed: string): string {
  const bytes = Buffer.from(sealed, 'base64url')
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceBytes), { authTagLength: tagBytes })
  decipher.setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes))
  const clear = Buffer.concat([decipher.update(bytes.subarray(nonceBytes + tagBytes)), decipher.final()])
  return clear.toString('utf8')
}
