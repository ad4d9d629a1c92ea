import { X509Certificate } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { readRevocationList } from '../../src/certificates/index.ts'
import { authority, issueCertificate, revocationList } from '../support/certificates.ts'
import { authorizes, day, now, signerProblem, trusting } from './chain.ts'

const root = issueCertificate({ subject: '/CN=Root', extensions: authority, days: 30 })
const namesake = issueCertificate({ subject: '/CN=Root', extensions: authority, days: 30 })
const middle = issueCertificate({ subject: '/CN=Middle', issuer: root, extensions: authority })
const leaf = issueCertificate({ subject: '/CN=leaf', issuer: root, days: 30 })
const below = issueCertificate({ subject: '/CN=below', issuer: middle })
const unrelated = issueCertificate({ subject: '/CN=unrelated', issuer: root })

describe('a revocation list (RFC 5280 §5)', () => {
  it('refuses the certificate that it names, a leaf or an authority', async () => {
    const crls = [revocationList({ issuer: root, revoked: [unrelated, leaf, middle] })]
    expect(await signerProblem([leaf], trusting({ ca: root, crls }))).toBe('certificate 1 of the chain is revoked')
    expect(await signerProblem([below, middle], trusting({ ca: root, crls }))).toBe('certificate 2 of the chain is revoked')
    expect(authorizes(leaf, trusting({ ca: root, crls }))).toBe(false)
  })

  it('of an authority further down refuses what that has issued, wherever the list is kept', async () => {
    const crls = [revocationList({ issuer: middle, revoked: [below] })]
    expect(await signerProblem([below, middle], trusting({ ca: root, crls }))).toBe('certificate 1 of the chain is revoked')
    expect(await signerProblem([leaf], trusting({ ca: root, crls }))).toBeUndefined()
  })

  it('that is out of date, or not yet in force, refuses everything of its issuer', async () => {
    const crls = [revocationList({ issuer: root })]
    const problem = 'certificate 1 of the chain cannot be believed, since the revocation list of its issuer is out of date'
    expect(await signerProblem([leaf], trusting({ ca: root, crls }), now() + 3 * day)).toBe(problem)
    const later = issueCertificate({ subject: '/CN=leaf', issuer: root, days: 30 })
    expect(await signerProblem([later], trusting({ ca: root, crls }))).toBeUndefined()
  })

  it('that somebody else has signed under the name of the issuer refuses everything of the issuer', async () => {
    const crls = [revocationList({ issuer: namesake })]
    const problem = 'certificate 1 of the chain cannot be believed, since the revocation list of its issuer is not signed by it'
    expect(await signerProblem([leaf], trusting({ ca: root, crls }))).toBe(problem)
  })

  it('that is signed with SHA-1 is as good as not signed', async () => {
    const crls = [revocationList({ issuer: root, options: ['-crldays', '2', '-md', 'sha1'] })]
    expect(await signerProblem([leaf], trusting({ ca: root, crls }))).toMatch(/not signed by it/)
  })

  it('of an authority whose key may not sign lists is as good as not signed', async () => {
    const silent = issueCertificate({ subject: '/CN=Silent', extensions: [...authority, 'keyUsage=critical,keyCertSign'] })
    const signed = issueCertificate({ subject: '/CN=leaf', issuer: silent })
    expect(await signerProblem([signed], trusting({ ca: silent, crls: [revocationList({ issuer: silent })] }))).toMatch(
      /not signed/,
    )
  })

  it('says nothing about another authority of the same name', async () => {
    const other = issueCertificate({ subject: '/CN=leaf', issuer: namesake })
    const crls = [revocationList({ issuer: root, revoked: [leaf] })]
    expect(await signerProblem([other], trusting({ ca: root, crls }, namesake))).toBeUndefined()
    expect(await signerProblem([leaf], trusting({ ca: root, crls }, namesake))).toMatch(/revoked/)
  })

  it('that is renewed in time keeps everybody else at work', async () => {
    const old = revocationList({ issuer: root, options: ['-crlsec', '1'] })
    const fresh = revocationList({ issuer: root, revoked: [unrelated], options: ['-crldays', '9'] })
    const trustedCas = trusting({ ca: root, crls: [old, fresh] })
    expect(await signerProblem([leaf], trustedCas, now() + 5 * day)).toBeUndefined()
  })

  it('of user certificates alone says nothing about authorities', async () => {
    const users = ['issuingDistributionPoint=critical,@point', '[point]', 'onlyuser=TRUE']
    const crls = [revocationList({ issuer: root, revoked: [middle, leaf], extensions: users })]
    expect(await signerProblem([below, middle], trusting({ ca: root, crls }))).toBeUndefined()
    expect(await signerProblem([leaf], trusting({ ca: root, crls }))).toMatch(/revoked/)
  })

  it('of tens of thousands is read within a second', () => {
    const many = revocationList({ issuer: root, serialNumbers: Array.from({ length: 20_000 }, (_, at) => 0x1000_0000 + at) })
    const started = performance.now()
    expect(readRevocationList(many, root.cert, now())).toMatchObject({ revoked: 20_000 })
    expect(performance.now() - started).toBeLessThan(1000)
  })
})

describe('importing a revocation list', () => {
  const good = revocationList({ issuer: root, revoked: [leaf] })

  it.each([
    ['nothing', '', /exactly one/],
    ['a certificate', root.cert, /exactly one/],
    ['two', good + good, /exactly one/],
    ['one with something else', `${good}${leaf.key}`, /exactly one/],
    ['what is no list', good.replace(/\n[\s\S]*\n-----END/, '\nAAAA\n-----END'), /no revocation list/],
    ['a forged one', revocationList({ issuer: namesake }), /not signed by it/],
    [
      'a list of some reasons',
      revocationList({
        issuer: root,
        extensions: ['issuingDistributionPoint=critical,@p', '[p]', 'onlysomereasons=keyCompromise'],
      }),
      /no revocation list/,
    ],
    ['a delta', revocationList({ issuer: root, extensions: ['2.5.29.27=critical,DER:020101'] }), /no revocation list/],
  ])('refuses %s', (_name, pem, problem) => {
    expect(readRevocationList(pem, root.cert, now())).toEqual({ problem: expect.stringMatching(problem) })
  })

  it('tells whose it is, how long it holds and how many it revokes', () => {
    const view = readRevocationList(good, root.cert, now())
    expect(view).toMatchObject({ issuer: 'CN=Root', revoked: 1, status: 'VALID' })
    expect(readRevocationList(good, root.cert, now() + 3 * day)).toMatchObject({ status: 'EXPIRED' })
    expect(readRevocationList(good, root.cert, now() - day)).toMatchObject({ status: 'NOT_YET_VALID' })
    expect(readRevocationList(revocationList({ issuer: middle }), root.cert, now())).toMatchObject({ issuer: 'CN=Middle' })
    expect(new X509Certificate(root.cert).ca).toBe(true)
  })
})
