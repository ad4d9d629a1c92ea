import { X509Certificate } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createCertificates, readTrustedCa } from '../../src/certificates/index.ts'
import { authority, issueCertificate } from '../support/certificates.ts'
import { day, now } from './chain.ts'

const rsa = (bits: number) => ['RSA', '-pkeyopt', `rsa_keygen_bits:${bits}`]
const root = issueCertificate({ subject: '/C=DE/O=Trust, Inc./CN=Root', extensions: authority, algorithm: rsa(3072) })
const elliptic = issueCertificate({ subject: '/CN=EC', extensions: authority })
const leaf = issueCertificate({ subject: '/CN=leaf', issuer: root })
const old = issueCertificate({ subject: '/CN=small', extensions: authority, algorithm: rsa(1024) })
const noSigner = issueCertificate({ subject: '/CN=no', extensions: [...authority, 'keyUsage=critical,digitalSignature'] })
const critical = issueCertificate({ subject: '/CN=no', extensions: [...authority, '1.2.3.4=critical,DER:0500'] })
const nameless = issueCertificate({ subject: '/', extensions: authority })

describe('importing a trusted CA', () => {
  it.each([
    ['nothing', '', /exactly one certificate in PEM/],
    ['two certificates', root.cert + elliptic.cert, /exactly one certificate in PEM/],
    ['a certificate with its key', root.cert + root.key, /exactly one certificate in PEM/],
    ['a torn one', root.cert.slice(0, -20), /exactly one certificate in PEM/],
    ['what is no certificate', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----', /no X\.509 certificate/],
    ['a huge text', root.cert + '\n'.repeat(100_000), /exactly one certificate in PEM/],
    ['a leaf', leaf.cert, /not one of a certificate authority; accepted is one with .*CA:TRUE/],
    ['one that may not sign others', noSigner.cert, /may not sign others; accepted/],
    ['one with a weak key', old.cert, /RSA key of 1024 bits; accepted are 2048/],
    ['one that is not understood', critical.cert, /1\.2\.3\.4, which is not understood/],
    ['one without a name', nameless.cert, /no subject/],
  ])('refuses %s', (_name, pem, problem) => {
    expect(readTrustedCa(pem, now())).toEqual({ problem: expect.stringMatching(problem) })
  })

  it('shows what it is', () => {
    const x509 = new X509Certificate(root.cert)
    expect(readTrustedCa(`a line before it\n${root.cert}\n`, now())).toEqual({
      serialNumber: expect.stringMatching(/^[0-9a-f]+$/),
      subject: 'CN=Root,O=Trust\\, Inc.,C=DE',
      issuer: 'CN=Root,O=Trust\\, Inc.,C=DE',
      validFrom: Date.parse(x509.validFrom) / 1000,
      expires: Date.parse(x509.validTo) / 1000,
      ...{ keyAlgorithm: 'RSA', keySize: 3072, signatureAlgorithm: 'SHA256withRSA' },
      sha1Fingerprint: x509.fingerprint.replaceAll(':', '').toLowerCase(),
      sha256Fingerprint: x509.fingerprint256.replaceAll(':', '').toLowerCase(),
      status: 'VALID',
    })
    expect(readTrustedCa(elliptic.cert, now() + 3 * day)).toMatchObject({
      ...{ keyAlgorithm: 'EC', keySize: 256, signatureAlgorithm: 'SHA256withECDSA', status: 'EXPIRED' },
    })
    expect(readTrustedCa(elliptic.cert, now() - day)).toMatchObject({ status: 'NOT_YET_VALID' })
  })
})

describe('preparing trusted CAs', () => {
  const { prepare } = createCertificates()

  it('fails where a certificate or a list cannot be read', () => {
    expect(() => prepare([{ id: 'a', pem: 'not a certificate', crls: [] }])).toThrow(/trusted CA a /)
    expect(() => prepare([{ id: 'a', pem: root.cert, crls: ['not a list'] }])).toThrow(/trusted CA a /)
    expect(() => prepare([{ id: 'a', pem: root.cert, crls: [] }])).not.toThrow()
  })
})
