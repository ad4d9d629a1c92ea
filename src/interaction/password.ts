import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'

/** A scrypt hash in PHC string form: `$scrypt$ln=17,r=8,p=1$salt$hash`, base64 without padding. */
export async function hashPassword(clear: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES)
  const key = await derive(clear, { ...CURRENT, salt, keyBytes: KEY_BYTES })
  return `$scrypt$ln=${CURRENT.logN},r=${CURRENT.r},p=${CURRENT.p}$${encode(salt)}$${encode(key)}`
}

/** `false` as well for a string that is no scrypt hash, or one that asks for more work than we are ready to do. */
export async function verifyPassword(clear: string, phc: string): Promise<boolean> {
  const stored = parse(phc)
  if (stored === undefined) return false
  const key = await derive(clear, { ...stored, keyBytes: stored.key.length })
  return timingSafeEqual(key, stored.key)
}

/** Whether a hash was made with less work than a new one would be. */
export function isOutdated(phc: string): boolean {
  const stored = parse(phc)
  return stored === undefined || stored.logN < CURRENT.logN || stored.r < CURRENT.r || stored.p < CURRENT.p
}

interface Work {
  readonly logN: number
  readonly r: number
  readonly p: number
}

interface Stored extends Work {
  readonly salt: Buffer
  readonly key: Buffer
}

// OWASP Password Storage Cheat Sheet: N = 2^17, r = 8, p = 1, which is 128 MiB a hash.
const CURRENT: Work = { logN: 17, r: 8, p: 1 }
const SALT_BYTES = 16
const KEY_BYTES = 32
// A hash in the database is data: it cannot make the server take more than 256 MiB or work for minutes.
const MEMORY_BYTES_MAX = 256 * 1024 * 1024
const P_MAX = 16

const PHC = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/

function parse(phc: string): Stored | undefined {
  const [, logN, r, p, salt, key] = PHC.exec(phc) ?? []
  if (salt === undefined || key === undefined) return undefined
  const work = { logN: Number(logN), r: Number(r), p: Number(p) }
  return isBearable(work) ? { ...work, salt: Buffer.from(salt, 'base64'), key: Buffer.from(key, 'base64') } : undefined
}

function isBearable({ logN, r, p }: Work): boolean {
  return logN >= 1 && r >= 1 && p >= 1 && p <= P_MAX && memoryBytes({ logN, r, p }) <= MEMORY_BYTES_MAX
}

function memoryBytes({ logN, r }: Work): number {
  return 128 * 2 ** logN * r
}

/** Runs on a thread of the pool. NFKC, so that one password typed on two keyboards is one (NIST SP 800-63B §5.1.1.2). */
function derive(clear: string, how: Work & { readonly salt: Buffer; readonly keyBytes: number }): Promise<Buffer> {
  const cost = { N: 2 ** how.logN, r: how.r, p: how.p, maxmem: 2 * MEMORY_BYTES_MAX }
  return new Promise((resolve, reject) => {
    scrypt(clear.normalize('NFKC'), how.salt, how.keyBytes, cost, (error, key) => (error === null ? resolve(key) : reject(error)))
  })
}

function encode(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '')
}
