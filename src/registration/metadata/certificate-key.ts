import { exportJWK, importX509 } from 'jose'
import type { JsonObject } from '../client.ts'

/** A bound on what is read as a certificate; chains of thirty are shorter. */
const pemCharactersMax = 65_536
const pemForm = /^-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----$/

/** The library wants to be told for what; which of these a key is good for, it finds out by itself. */
const algorithms = ['RS256', 'ES256', 'ES384', 'ES512', 'Ed25519']

/** The key of one certificate as a JWK that holds the certificate too (RFC 7517 §4.7); undefined for what is none. */
export async function certificateKey(pem: string): Promise<JsonObject | undefined> {
  if (pem.length > pemCharactersMax) return undefined
  const der = pemForm.exec(pem.trim())?.[1]?.replaceAll(/\s/g, '')
  if (der === undefined) return undefined
  const pemInLines = `-----BEGIN CERTIFICATE-----\n${der}\n-----END CERTIFICATE-----`
  for (const alg of algorithms) {
    const key = await importX509(pemInLines, alg, { extractable: true }).catch(() => undefined)
    if (key !== undefined) return { ...((await exportJWK(key)) as JsonObject), x5c: [der] }
  }
  return undefined
}
