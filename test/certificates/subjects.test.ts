import { X509Certificate } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createCertificates } from '../../src/certificates/index.ts'
import { issueCertificate } from '../support/certificates.ts'

const { hasSubject } = createCertificates()
const bank = new X509Certificate(
  issueCertificate({
    subject: '/C=DE/O=Bank, Inc./OU=a+CN=client',
    extensions: [
      'subjectAltName=DNS:client.bank.example,DNS:*.wild.example,URI:https://bank.example/Client,IP:10.0.0.1,IP:2001:db8::1,email:Ops@bank.example',
    ],
  }).cert,
)
const nameless = new X509Certificate(issueCertificate({ subject: '/' }).cert)

describe("a certificate's subject (RFC 8705 §2.1.2)", () => {
  it.each([
    ['subject_dn', 'OU=a+CN=client,O=Bank\\, Inc.'],
    ['subject_dn', 'CN=client,OU=a,O=Bank\\, Inc.,C=DE'],
    ['subject_dn', 'C=DE,O=Bank\\, Inc.,OU=a+CN=client'],
    ['subject_dn', '/C=DE/O=Bank, Inc./OU=a+CN=client'],
    ['subject_dn', ''],
    ['san_dns', 'bank.example'],
    ['san_dns', 'a.wild.example'],
    ['san_dns', 'client'],
    ['san_uri', 'https://bank.example/client'],
    ['san_uri', 'https://bank.example/Client?'],
    ['san_ip', '10.0.0.2'],
    ['san_ip', '10.1'],
    ['san_ip', '::ffff:10.0.0.1'],
    ['san_ip', '2001:db8::2'],
    ['san_ip', 'fe80::1%eth0'],
    ['san_ip', 'bank.example'],
    ['san_email', 'ops@bank.example'],
    ['san_email', 'bank.example'],
    ['san_rid', '1.2.3'],
  ])('is not %s %s', (member, expected) => {
    expect(hasSubject(bank, `tls_client_auth_${member}`, expected)).toBe(false)
  })

  it.each([
    ['subject_dn', 'CN=client+OU=a,O=Bank\\, Inc.,C=DE'],
    ['subject_dn', 'ou=A + cn=CLIENT, o=bank\\2c  inc., c=de'],
    ['subject_dn', '2.5.4.11=a+2.5.4.3=#1306636c69656e74,2.5.4.10=#0c0a42616e6b2c20496e632e,2.5.4.6=#0c024445'],
    ['san_dns', 'CLIENT.bank.example'],
    ['san_dns', '*.wild.example'],
    ['san_uri', 'https://bank.example/Client'],
    ['san_ip', '10.0.0.1'],
    ['san_ip', '2001:0DB8:0:0::0001'],
    ['san_email', 'Ops@BANK.example'],
  ])('is %s %s', (member, expected) => {
    expect(hasSubject(bank, `tls_client_auth_${member}`, expected)).toBe(true)
  })

  it('is nobody where there is none', () => {
    expect(nameless.subject ?? '').toBe('')
    expect(hasSubject(nameless, 'tls_client_auth_subject_dn', '')).toBe(false)
  })
})
