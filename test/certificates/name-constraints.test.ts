import { describe, expect, it } from 'vitest'
import { authority, issueCertificate } from '../support/certificates.ts'
import { signerProblem, trusting } from './chain.ts'

const constrained = (constraints: string, ...sections: readonly string[]) =>
  issueCertificate({
    subject: '/O=Trust/CN=Constrained',
    extensions: [...authority, `nameConstraints=critical,${constraints}`, ...sections],
  })

const authorities = {
  dns: constrained('permitted;DNS:bank.example,excluded;DNS:test.bank.example'),
  email: constrained('permitted;email:bank.example,permitted;email:boss@post.example,excluded;email:.evil.example'),
  domainEmail: constrained('permitted;email:.bank.example'),
  uri: constrained('permitted;URI:bank.example,permitted;URI:.apps.example'),
  ip: constrained('permitted;IP:10.0.0.0/255.0.0.0,excluded;IP:10.9.0.0/255.255.0.0,permitted;IP:2001:DB8::/FFFF:FFFF::'),
  directory: constrained(
    'permitted;dirName:bank,excluded;dirName:ou',
    '[bank]',
    'C=DE',
    'O=Bank',
    '[ou]',
    'C=DE',
    'O=Bank',
    'OU=Shop',
  ),
  other: constrained('excluded;otherName:1.2.3.4;UTF8:x'),
}

const problemOf = (by: keyof typeof authorities, subject: string, ...extensions: readonly string[]) => {
  const ca = authorities[by]
  return signerProblem([issueCertificate({ subject, issuer: ca, extensions })], trusting(ca))
}

describe('name constraints (RFC 5280 §4.2.1.10) refuse', () => {
  it.each([
    ['dns', 'DNS:evil.example'],
    ['dns', 'DNS:notbank.example'],
    ['dns', 'DNS:bank.example.evil.example'],
    ['dns', 'DNS:test.bank.example'],
    ['dns', 'DNS:a.TEST.bank.example'],
    ['dns', 'DNS:bank.example,DNS:evil.example'],
    ['email', 'email:ops@evil.example'],
    ['email', 'email:ops@sub.bank.example'],
    ['email', 'email:clerk@post.example'],
    ['email', 'email:ops@very.evil.example'],
    ['domainEmail', 'email:ops@bank.example'],
    ['uri', 'URI:https://evil.example/bank.example'],
    ['uri', 'URI:https://bank.example@evil.example/'],
    ['uri', 'URI:https://sub.bank.example/'],
    ['uri', 'URI:https://apps.example/'],
    ['uri', 'URI:urn:bank:example'],
    ['uri', 'URI:https://10.0.0.1/'],
    ['ip', 'IP:11.0.0.1'],
    ['ip', 'IP:10.9.0.1'],
    ['ip', 'IP:2001:db9::1'],
    ['other', 'otherName:1.2.3.4;UTF8:y'],
  ] as const)('by %s the name %s', async (by, name) => {
    expect(await problemOf(by, '/CN=a', `subjectAltName=${name}`)).toMatch(
      /^certificate 2 of the chain has name constraints that do not allow the name/,
    )
  })

  it.each(['/C=DE/O=Other', '/O=Bank', '/O=Bank/C=DE', '/C=DE/O=Bank/OU=shop/CN=x'])('the subject %s', async (subject) => {
    expect(await problemOf('directory', subject)).toMatch(/name constraints/)
  })

  it('an address in the subject where there is no other', async () => {
    expect(await problemOf('email', '/CN=a/emailAddress=ops@evil.example')).toMatch(/name constraints/)
    expect(await problemOf('email', '/CN=a/emailAddress=ops@bank.example')).toBeUndefined()
  })

  it('whatever an authority in between certifies outside of them', async () => {
    const between = issueCertificate({ subject: '/CN=Between', issuer: authorities.dns, extensions: authority })
    const leaf = issueCertificate({ subject: '/CN=a', issuer: between, extensions: ['subjectAltName=DNS:evil.example'] })
    expect(await signerProblem([leaf, between], trusting(authorities.dns))).toMatch(/^certificate 3 .* evil\.example$/)
  })
})

describe('name constraints allow', () => {
  it.each([
    ['dns', 'DNS:bank.example'],
    ['dns', 'DNS:api.BANK.example'],
    ['dns', 'DNS:latest.bank.example'],
    ['dns', 'email:ops@evil.example'],
    ['email', 'email:ops@BANK.example'],
    ['email', 'email:boss@post.example'],
    ['domainEmail', 'email:ops@mail.bank.example'],
    ['uri', 'URI:https://user@bank.example:8443/a?b#c'],
    ['uri', 'URI:https://one.apps.example'],
    ['ip', 'IP:10.1.2.3'],
    ['ip', 'IP:2001:db8:1::1'],
  ] as const)('by %s the name %s', async (by, name) => {
    expect(await problemOf(by, '/CN=a', `subjectAltName=${name}`)).toBeUndefined()
  })

  it('a subject within a permitted one, whatever its case', async () => {
    expect(await problemOf('directory', '/C=de/O=BANK/CN=x')).toBeUndefined()
  })
})
