import { generateKeyPairSync, sign } from 'node:crypto'
import type { RawRate } from './raw-insert.ts'

// As long as the signing input of an access token.
const input = Buffer.alloc(420, 'a')

/** ES256 signatures by node:crypto on one core: no server process can issue JWTs faster. */
export function measureRawSigning(seconds: number): RawRate {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const key = { key: privateKey, dsaEncoding: 'ieee-p1363' as const }
  const signFor = (duration: number) => {
    const started = performance.now()
    let signed = 0
    while (performance.now() - started < duration * 1000) {
      sign('sha256', input, key)
      signed += 1
    }
    return signed / ((performance.now() - started) / 1000)
  }
  signFor(seconds / 5)
  return { perSecond: signFor(seconds) }
}
