import { X509Certificate } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { isSameSubject } from '../../src/engine/distinguished-name.ts'
import { issueCertificate } from '../support/certificates.ts'

const subjectOf = (subject: string) => new X509Certificate(issueCertificate({ subject }).cert).subject

describe("a certificate's subject", () => {
  it.each([
    ['/C=DE/O=Bank/CN=client', 'CN=client,O=Bank,C=DE'],
    ['/C=DE/O=Bank/CN=client', 'cn=CLIENT, o=bank, c=de'],
    ['/C=DE/O=Bank/CN=client', '2.5.4.3=client,2.5.4.10=Bank,2.5.4.6=DE'],
    ['/C=DE/O=Bank, Inc./CN=client', 'CN=client,O=Bank\\, Inc.,C=DE'],
    ['/C=DE/O=Bank, Inc./CN=client', 'CN=client,O=Bank\\2C Inc.,C=DE'],
    ['/O=Bank/CN=a+OU=b', 'OU=b+CN=a,O=Bank'],
    ['/O=Käse/CN=client', 'CN=client,O=K\\C3\\A4se'],
    ['/DC=org/DC=example/UID=7', 'UID=7,DC=example,DC=org'],
    ['/O=Two  Blanks/CN=x', 'CN=x,O=Two Blanks'],
  ])('%s is %s (RFC 4514)', (subject, registered) => {
    expect(isSameSubject(subjectOf(subject), registered)).toBe(true)
  })

  it.each([
    ['/C=DE/O=Bank/CN=client', 'C=DE,O=Bank,CN=client'],
    ['/C=DE/O=Bank/CN=client', 'CN=client,O=Bank'],
    ['/C=DE/O=Bank/CN=client', 'CN=client,OU=x,O=Bank,C=DE'],
    ['/C=DE/O=Bank/CN=client,O=Bank', 'CN=client,O=Bank,O=Bank,C=DE'],
    ['/C=DE/O=Bank/CN=client', ''],
    ['/O=Bank/CN=a+b', 'CN=a+B=,O=Bank'],
  ])('%s is not %s', (subject, registered) => {
    expect(isSameSubject(subjectOf(subject.replace('a+b', 'a\\+b')), registered)).toBe(false)
  })
})
