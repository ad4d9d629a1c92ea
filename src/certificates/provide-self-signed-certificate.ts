import { createPrivateKey, generateKeyPairSync, randomBytes, webcrypto } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import { dirname } from 'node:path'
import * as asn1js from 'asn1js'
import * as pkijs from 'pkijs'

export interface CertificateFiles {
  readonly keyFile: string
  readonly certificateFile: string
}

const days = 825
const dayMilliseconds = 86_400_000
const commonName = '2.5.4.3'
const subjectAlternativeName = '2.5.29.17'

/**
 * A key and a certificate that nobody vouches for, in PEM, for a listener of a development server: made at the first start and
 * kept, so that whoever has pinned it finds it again.
 */
export async function provideSelfSignedCertificate(
  { keyFile, certificateFile }: CertificateFiles,
  hostname: string,
): Promise<void> {
  if (existsSync(keyFile) && existsSync(certificateFile)) return
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' })
  const certificate = await selfSigned({ key: String(key), spki: publicKey.export({ type: 'spki', format: 'der' }) }, hostname)
  await mkdir(dirname(keyFile), { recursive: true })
  await writeFile(keyFile, key, { mode: 0o600 })
  await writeFile(certificateFile, certificate)
}

async function selfSigned(pair: { readonly key: string; readonly spki: Buffer }, hostname: string): Promise<string> {
  // The library is typed for a browser's crypto, of which Node's is another.
  const crypto = new pkijs.CryptoEngine({ name: 'node', crypto: webcrypto as never })
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' }
  const der = createPrivateKey(pair.key).export({ type: 'pkcs8', format: 'der' })
  const privateKey = await webcrypto.subtle.importKey('pkcs8', new Uint8Array(der), algorithm, false, ['sign'])
  const publicKey = await webcrypto.subtle.importKey('spki', new Uint8Array(pair.spki), algorithm, true, ['verify'])

  const certificate = new pkijs.Certificate({ version: 2 })
  certificate.serialNumber = new asn1js.Integer({ valueHex: positive(randomBytes(16)) })
  const name = new pkijs.AttributeTypeAndValue({ type: commonName, value: new asn1js.Utf8String({ value: hostname }) })
  certificate.subject.typesAndValues.push(name)
  certificate.issuer.typesAndValues.push(name)
  certificate.notBefore.value = new Date(Date.now() - dayMilliseconds)
  certificate.notAfter.value = new Date(Date.now() + days * dayMilliseconds)
  certificate.extensions = [
    new pkijs.Extension({
      extnID: subjectAlternativeName,
      critical: false,
      extnValue: new pkijs.GeneralNames({ names: [generalName(hostname)] }).toSchema().toBER(),
    }),
  ]
  await certificate.subjectPublicKeyInfo.importKey(publicKey as never, crypto)
  await certificate.sign(privateKey as never, 'SHA-256', crypto)
  return pem(Buffer.from(certificate.toSchema().toBER()))
}

// RFC 5280 §4.2.1.6.
const nameTypes = { dns: 2, address: 7 } as const

function generalName(hostname: string): pkijs.GeneralName {
  const bare = hostname.replace(/^\[|\]$/g, '')
  if (isIP(bare) !== 4) return new pkijs.GeneralName({ type: nameTypes.dns, value: bare })
  const octets = new Uint8Array(bare.split('.').map(Number))
  return new pkijs.GeneralName({ type: nameTypes.address, value: new asn1js.OctetString({ valueHex: octets.buffer }) })
}

/** X.690 §8.3: a first bit that is set would make the number negative. */
function positive(octets: Buffer): ArrayBuffer {
  const copy = new Uint8Array(octets)
  copy[0] = ((copy[0] ?? 0) & 0x7f) | 0x01
  return copy.buffer
}

function pem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? []
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n')
}
