import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createCertificates } from '../../src/certificates/index.ts'
import { authority, type Certificate, issueCertificate } from '../support/certificates.ts'
import { authorizes, day, now, signerProblem, trusting, x5c } from './chain.ts'

const constrained = (length: number) => [`basicConstraints=critical,CA:TRUE,pathlen:${length}`]
const root = issueCertificate({ subject: '/O=Trust/CN=Root', extensions: authority, days: 30 })
const middle = issueCertificate({ subject: '/O=Trust/CN=Middle', issuer: root, extensions: authority, days: 10 })
const lower = issueCertificate({ subject: '/O=Trust/CN=Lower', issuer: middle, extensions: authority })
const leafOf = (issuer: Certificate, ...extensions: readonly string[]) =>
  issueCertificate({ subject: '/O=Bank/CN=leaf', issuer, extensions, days: 10 })
const leaf = leafOf(root)
const stranger = issueCertificate({ subject: '/O=Trust/CN=Root', extensions: authority })
const selfMade = issueCertificate({ subject: '/CN=self' })

describe("a signer's chain is refused", () => {
  it('when nobody trusted has issued it: another authority of the same name, itself, nobody', async () => {
    const problem = 'the chain leads to no trusted certificate authority'
    expect(await signerProblem([leafOf(stranger)], trusting(root))).toBe(problem)
    expect(await signerProblem([leafOf(stranger), stranger], trusting(root))).toBe(problem)
    expect(await signerProblem([selfMade], trusting(root))).toBe(problem)
    expect(await signerProblem([leafOf(middle)], trusting(root))).toBe(problem)
    expect(await signerProblem([leaf], [])).toBe(problem)
  })

  it('when it is a trusted certificate authority itself, which nobody else vouches for', async () => {
    expect(await signerProblem([root], trusting(root))).toMatch(/no trusted/)
  })

  it('outside of the dates of any certificate in it, the trusted one included', async () => {
    const chain = [leafOf(middle), middle]
    expect(await signerProblem(chain, trusting(root), now() - day)).toBe('certificate 1 of the chain is not yet valid')
    expect(await signerProblem(chain, trusting(root), now() + 11 * day)).toBe('certificate 1 of the chain has expired')
    const long = issueCertificate({ subject: '/CN=long', issuer: middle, days: 40 })
    expect(await signerProblem([long, middle], trusting(root), now() + 11 * day)).toBe('certificate 2 of the chain has expired')
    const longer = issueCertificate({ subject: '/CN=long', issuer: root, days: 40 })
    expect(await signerProblem([longer], trusting(root), now() + 31 * day)).toBe('certificate 2 of the chain has expired')
  })

  it('when one that is no certificate authority has issued another', async () => {
    const minted = leafOf(leaf)
    expect(await signerProblem([minted, leaf], trusting(root))).toMatch(/^certificate 2 .* is none$/)
    const withoutSigning = issueCertificate({
      subject: '/CN=Half',
      issuer: root,
      extensions: [...authority, 'keyUsage=critical,digitalSignature'],
    })
    expect(await signerProblem([leafOf(withoutSigning), withoutSigning], trusting(root))).toMatch(
      /^certificate 2 .* keyCertSign$/,
    )
  })

  it('when there are more authorities in it than one of them allows', async () => {
    const flat = issueCertificate({ subject: '/CN=Flat', extensions: constrained(0) })
    const below = issueCertificate({ subject: '/CN=Below', issuer: flat, extensions: authority })
    expect(await signerProblem([leafOf(below), below], trusting(flat))).toMatch(/^certificate 3 .* allows 0 .* has 1$/)
    expect(await signerProblem([leafOf(flat)], trusting(flat))).toBeUndefined()
    const one = issueCertificate({ subject: '/CN=One', extensions: constrained(1) })
    const first = issueCertificate({ subject: '/CN=First', issuer: one, extensions: authority })
    expect(await signerProblem([leafOf(first), first], trusting(one))).toBeUndefined()
  })

  it('when its key is for something else', async () => {
    const problem = 'certificate 1 of the chain has a key usage without digitalSignature'
    expect(await signerProblem([leafOf(root, 'keyUsage=critical,keyEncipherment')], trusting(root))).toBe(problem)
    expect(await signerProblem([leafOf(root, 'keyUsage=critical,nonRepudiation')], trusting(root))).toBeUndefined()
  })

  it('when it has a critical extension that is not understood', async () => {
    expect(await signerProblem([leafOf(root, '1.2.3.4=critical,DER:0500')], trusting(root))).toMatch(
      /1\.2\.3\.4.* not understood/,
    )
    const ruled = issueCertificate({
      subject: '/CN=Ruled',
      issuer: root,
      extensions: [...authority, 'policyConstraints=critical,requireExplicitPolicy:0'],
    })
    expect(await signerProblem([leafOf(ruled), ruled], trusting(root))).toMatch(/2\.5\.29\.36/)
    expect(await signerProblem([leafOf(root, '1.2.3.4=DER:0500')], trusting(root))).toBeUndefined()
  })

  it('when a signature is weaker than SHA-256, or a key than RSA of 2048 bits', async () => {
    const rsa = (bits: number) => ['RSA', '-pkeyopt', `rsa_keygen_bits:${bits}`]
    const rsaRoot = issueCertificate({ subject: '/CN=RSA', extensions: authority, algorithm: rsa(2048), digest: 'sha1' })
    const hashed = issueCertificate({ subject: '/CN=a', issuer: rsaRoot, digest: 'sha1' })
    expect(await signerProblem([hashed], trusting(rsaRoot))).toMatch(/^certificate 1 .* SHA1withRSA; accepted/)
    const small = issueCertificate({ subject: '/CN=a', issuer: rsaRoot, algorithm: rsa(1024) })
    expect(await signerProblem([small], trusting(rsaRoot))).toMatch(/1024 bits; accepted are 2048/)
    const koblitz = issueCertificate({
      subject: '/CN=a',
      issuer: rsaRoot,
      algorithm: ['EC', '-pkeyopt', 'ec_paramgen_curve:secp256k1'],
    })
    expect(await signerProblem([koblitz], trusting(rsaRoot))).toMatch(/P-256/)
    const pss = issueCertificate({ subject: '/CN=a', issuer: rsaRoot, options: ['-sigopt', 'rsa_padding_mode:pss'] })
    // The trusted certificate's own SHA-1 signature says nothing: nobody relies on it.
    expect(await signerProblem([pss], trusting(rsaRoot))).toBeUndefined()
    const weak = issueCertificate({
      subject: '/CN=a',
      issuer: rsaRoot,
      digest: 'sha1',
      options: ['-sigopt', 'rsa_padding_mode:pss'],
    })
    expect(await signerProblem([weak], trusting(rsaRoot))).toMatch(/SHA1withRSAandMGF1/)
  })

  it('when it is no chain of certificates at all, or too long', async () => {
    const { verifySigner } = createCertificates()
    const [good = ''] = x5c(leaf)
    const chains = [
      [],
      Array(9).fill(good),
      ['AAAA'],
      [good, 'not base64!'],
      [good.slice(4)],
      [good.replaceAll('+', '-').concat('_')],
    ]
    for (const chain of chains) expect(await verifySigner(chain, trusting(root), now())).toHaveProperty('problem')
    expect(await verifySigner([good, 'AAAA'], trusting(root), now())).toEqual({
      problem: expect.stringContaining('certificate 2'),
    })
  })

  it('and found so in bounded time when authorities certify each other in circles', async () => {
    const subject = '/CN=Circle'
    const first = issueCertificate({ subject, extensions: authority })
    const keys = [first, ...Array.from({ length: 5 }, () => issueCertificate({ subject, extensions: authority }))]
    const crossed = keys.map(({ key }, at) =>
      issueCertificate({ subject, key, issuer: keys[(at + 1) % keys.length] as Certificate, extensions: authority }),
    )
    const below = leafOf(first)
    const started = performance.now()
    expect(await signerProblem([below, ...crossed], trusting(root))).toMatch(/no trusted/)
    expect(performance.now() - started).toBeLessThan(2000)
  })
})

describe("a signer's chain is accepted", () => {
  it('of one, two and three, in any order, with strangers among them', async () => {
    expect(await signerProblem([leaf], trusting(root))).toBeUndefined()
    expect(await signerProblem([leaf, root], trusting(root))).toBeUndefined()
    expect(await signerProblem([leafOf(middle), middle], trusting(stranger, root))).toBeUndefined()
    expect(await signerProblem([leafOf(lower), selfMade, middle, lower], trusting(root))).toBeUndefined()
    expect(await signerProblem([leafOf(lower), lower], trusting(middle))).toBeUndefined()
  })

  it('with an authority that two others have certified, if one of them is trusted', async () => {
    const crossed = issueCertificate({ subject: '/O=Trust/CN=Middle', key: middle.key, issuer: stranger, extensions: authority })
    expect(await signerProblem([leafOf(middle), crossed, middle], trusting(root))).toBeUndefined()
    expect(await signerProblem([leafOf(middle), crossed, middle], trusting(stranger))).toBeUndefined()
  })

  it('with Ed25519, and gives the key of the signer', async () => {
    const edwards = issueCertificate({ subject: '/CN=Ed', extensions: authority, algorithm: ['ed25519'] })
    const signer = issueCertificate({ subject: '/O=Käse, Inc./CN=signer', issuer: edwards, algorithm: ['ed25519'], options: [] })
    const jwk = createPublicKey(createPrivateKey(signer.key)).export({ format: 'jwk' })
    expect(await createCertificates().verifySigner(x5c(signer), trusting(edwards), now())).toEqual({
      jwk,
      subject: 'CN=signer,O=Käse\\, Inc.',
    })
  })
})

describe("a client's certificate", () => {
  it.each([
    ['extendedKeyUsage=serverAuth', false],
    ['extendedKeyUsage=clientAuth', true],
    ['extendedKeyUsage=serverAuth,clientAuth', true],
    ['extendedKeyUsage=anyExtendedKeyUsage', true],
    ['keyUsage=critical,keyEncipherment', false],
    ['keyUsage=critical,nonRepudiation', false],
    ['keyUsage=critical,digitalSignature', true],
  ])('with %s is one: %s', (extension, expected) => {
    expect(authorizes(leafOf(root, extension), trusting(root))).toBe(expected)
  })

  it('is none below an authority for servers only', () => {
    const servers = issueCertificate({
      subject: '/CN=S',
      issuer: root,
      extensions: [...authority, 'extendedKeyUsage=serverAuth'],
    })
    expect(authorizes(leafOf(servers), trusting(root, servers), now(), 'ca-1')).toBe(false)
  })

  it('needs the one authority that is asked for, and may reach it by another that is trusted', () => {
    expect(authorizes(leafOf(middle), trusting(root, middle), now(), 'ca-1')).toBe(true)
    expect(authorizes(leafOf(middle), trusting(root, middle, stranger), now(), 'ca-3')).toBe(false)
    expect(authorizes(leafOf(middle), trusting(root), now(), 'ca-1')).toBe(false)
  })

  it('is judged anew as time goes by, without being verified anew', () => {
    const { findClientProblem, prepare } = createCertificates()
    const trustedCas = trusting(root)
    prepare(trustedCas)
    const certificate = new X509Certificate(leaf.cert)
    const ask = (at: number) => findClientProblem(certificate, { trustedCas }, at)
    expect([now(), now() + 11 * day, now()].map(ask)).toEqual([undefined, 'certificate 1 of the chain has expired', undefined])
    const started = performance.now()
    for (let count = 0; count < 500; count += 1) ask(now())
    expect((performance.now() - started) / 500).toBeLessThan(1)
  })

  it('is described with what it says of its holder, and who vouches for it', () => {
    const subject = '/C=BR/O=Banco/2.5.4.97=OFBBR-1/UID=7+CN=client'
    const client = issueCertificate({ subject, issuer: middle })
    const { describe } = createCertificates()
    const described = describe(new X509Certificate(client.cert), trusting(root, middle, stranger), now())
    expect(described).toMatchObject({
      subject: expect.stringMatching(/,2\.5\.4\.97=#0c074f464242522d31,O=Banco,C=BR$/),
      issuer: 'CN=Middle,O=Trust',
      trustedCas: ['ca-1', 'ca-2'],
      thumbprint: expect.stringMatching(/^[\w-]{43}$/),
      notAfter: Date.parse(new X509Certificate(client.cert).validTo) / 1000,
    })
    expect(described?.attributes.slice(0, 3)).toEqual([
      { oid: '2.5.4.6', name: 'C', value: 'BR' },
      { oid: '2.5.4.10', name: 'O', value: 'Banco' },
      { oid: '2.5.4.97', name: 'organizationIdentifier', value: 'OFBBR-1' },
    ])
    expect(described?.attributes.slice(3)).toHaveLength(2)
    expect(describe(new X509Certificate(selfMade.cert), trusting(root), now())).toMatchObject({ trustedCas: [] })
  })
})
