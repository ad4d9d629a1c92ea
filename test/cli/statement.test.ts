import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { compactVerify, createLocalJWKSet, decodeJwt, decodeProtectedHeader } from 'jose'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createAdminListener } from '../../src/admin/index.ts'
import { createCertificates } from '../../src/certificates/index.ts'
import { verifySoftwareStatement } from '../../src/registration/software-statement/verify-software-statement.ts'
import { adminToken, adminWorld } from '../admin/admin-world.ts'
import { authority, issueCertificate } from '../support/certificates.ts'
import { quickstartRealm } from '../support/realm.ts'
import { refusalOf } from '../support/refusal-of.ts'
import { issuerEntry, statementPorts } from '../support/statement-issuer.ts'
import { registrar, temporaryFolder } from './terminal.ts'

async function keys(alg = 'ES256') {
  const folder = await temporaryFolder()
  const at = (name: string) => join(folder, name)
  const { out } = await registrar(['keys', 'generate', '--alg', alg, '--out', at('key.json')])
  await writeFile(at('jwks.json'), out)
  return { at, key: at('key.json'), jwks: JSON.parse(out) }
}

const issuer = ['--issuer', 'https://directory.example']

describe('statement sign', () => {
  it.each([
    [['--key', '/nowhere/key'], 'cannot read /nowhere/key (ENOENT)'],
    [['--key', '-'], 'is no private key in PEM and no private JWK'],
  ])('exits with 2 with %j', async (args, message) => {
    expect(await registrar(['statement', 'sign', ...issuer, ...args], { input: 'nonsense' })).toMatchObject({
      ...{ exitCode: 2, out: '' },
      err: expect.stringContaining(message),
    })
  })

  it('exits with 2 without an issuer, with a key that does not fit, and with a claim without a name', async () => {
    const { key } = await keys()
    for (const [args, message] of [
      [[], 'Give --issuer URL'],
      [[...issuer, '--alg', 'RS256'], 'the key cannot sign with RS256'],
      [[...issuer, '--claim', 'Bank'], 'has no name'],
    ] as const) {
      expect(await registrar(['statement', 'sign', '--key', key, ...args])).toMatchObject({
        ...{ exitCode: 2, out: '' },
        err: expect.stringContaining(message),
      })
    }
  })

  it('makes a statement of options, claims and a file', async () => {
    const { key, jwks } = await keys()
    const claims = [
      '--name',
      'My app',
      '--redirect-uri',
      'https://app.example/cb',
      '--claim',
      'roles=["AISP"]',
      '--claim',
      'org=Bank',
    ]
    const { out, exitCode } = await registrar(
      ['statement', 'sign', '--key', key, ...issuer, ...claims, '--metadata', '-', '--expires-in', '10m', '--audience', 'bank-1'],
      { input: '{"software_id":"one","client_name":"Other"}' },
    )
    expect(exitCode).toBe(0)
    const { protectedHeader } = await compactVerify(out.trim(), createLocalJWKSet(jwks))
    expect(protectedHeader).toEqual({ alg: 'ES256', kid: jwks.keys[0].kid, typ: 'JWT' })
    const { iat = 0, exp, jti, ...others } = decodeJwt(out.trim())
    expect(others).toEqual({
      iss: 'https://directory.example',
      aud: 'bank-1',
      client_name: 'My app',
      redirect_uris: ['https://app.example/cb'],
      roles: ['AISP'],
      org: 'Bank',
      software_id: 'one',
    })
    expect(exp).toBe(iat + 600)
    expect(jti).toMatch(/^[\da-f-]{36}$/)
  })

  it('leaves what the claims say about time as it is, for statements that are meant to be odd', async () => {
    const { key } = await keys('PS256')
    const odd = ['--claim', 'exp=1', '--claim', 'iat=0', '--claim', 'iss=https://odd.example']
    const { out } = await registrar(['statement', 'sign', '--key', key, ...odd])
    expect(decodeJwt(out.trim())).toMatchObject({ exp: 1, iat: 0, iss: 'https://odd.example' })
    expect(decodeProtectedHeader(out.trim()).alg).toBe('PS256')
  })

  it('signs with a secret, as PingAM’s publishers do', async () => {
    const { at } = await keys()
    await writeFile(at('secret.json'), JSON.stringify({ kty: 'oct', k: Buffer.alloc(32, 1).toString('base64url') }))
    const { out } = await registrar(['statement', 'sign', '--key', at('secret.json'), ...issuer])
    expect((await compactVerify(out.trim(), Buffer.alloc(32, 1))).protectedHeader.alg).toBe('HS256')
  })

  it('carries the chain of its certificate, which a realm that trusts the CA accepts and any other refuses', async () => {
    const { at } = await keys()
    const root = issueCertificate({ subject: '/CN=Root', extensions: authority })
    const other = issueCertificate({ subject: '/CN=Another root', extensions: authority })
    const leaf = issueCertificate({ subject: '/CN=Directory', issuer: root, extensions: ['keyUsage=critical,digitalSignature'] })
    await Promise.all([
      writeFile(at('key.pem'), leaf.key),
      writeFile(at('chain.pem'), leaf.cert),
      writeFile(at('other.pem'), other.cert),
    ])
    const sign = (chain: string) =>
      registrar(['statement', 'sign', '--key', at('key.pem'), ...issuer, '--name', 'App', '--x5c', at(chain)])
    expect(await sign('other.pem')).toMatchObject({ exitCode: 2, err: expect.stringContaining('certificate of the key') })
    const { out } = await sign('chain.pem')

    const entry = issuerEntry({ keys: { kind: 'certificates', trustedCas: [] } })
    const trusting = (pem: string) => quickstartRealm({ statementIssuers: [entry], trustedCas: [{ id: 'root', pem, crls: [] }] })
    const { ports } = statementPorts({}, { certificates: createCertificates(), now: () => Math.floor(Date.now() / 1000) })
    expect(await refusalOf(verifySoftwareStatement(out.trim(), trusting(other.cert), ports))).toMatchObject({
      code: 'invalid_software_statement',
    })
    expect((await verifySoftwareStatement(out.trim(), trusting(root.cert), ports)).metadata).toEqual({ client_name: 'App' })
  })
})

describe('statement inspect', () => {
  it('exits with 2 when it is given no JWT', async () => {
    expect(await registrar(['statement', 'inspect', 'nonsense'])).toMatchObject({
      exitCode: 2,
      err: expect.stringContaining('no JWT'),
    })
  })

  it('exits with 1 when the signature is not of these keys, and shows the statement all the same', async () => {
    const { key } = await keys()
    const other = await keys()
    const { out } = await registrar(['statement', 'sign', '--key', key, ...issuer])
    const outcome = await registrar(['statement', 'inspect', out.trim(), '--jwks', other.at('jwks.json')])
    expect(outcome).toMatchObject({ exitCode: 1, err: expect.stringContaining('not made with one of these keys') })
    expect(JSON.parse(outcome.out)).toMatchObject({ claims: { iss: 'https://directory.example' }, signature: 'wrong' })
  })

  it('says what a server could have against it', async () => {
    const claims = Buffer.from('{"exp":1,"iat":1e300,"nbf":99999999999}').toString('base64url')
    const header = Buffer.from('{"alg":"none","jku":"https://evil.example","crit":["exp"]}').toString('base64url')
    const { out } = await registrar(['statement', 'inspect', '-'], { input: `${header}.${claims}.\n` })
    const { remarks, signature } = JSON.parse(out)
    expect(signature).toBe('not checked')
    const text = remarks.join('\n')
    for (const part of [
      'alg none',
      'jku',
      'crit',
      'iss is missing',
      'has expired',
      'not valid yet',
      'from the future',
      'jti',
      'software_id',
    ]) {
      expect(text).toContain(part)
    }
  })

  it('verifies what was signed', async () => {
    const { key, at } = await keys()
    const { out } = await registrar(['statement', 'sign', '--key', key, ...issuer, '--claim', 'software_id=one'])
    await writeFile(at('statement.jwt'), out)
    const { out: shown, exitCode } = await registrar(['statement', 'inspect', at('statement.jwt'), '--jwks', at('jwks.json')])
    expect([exitCode, JSON.parse(shown).signature]).toEqual([0, 'right'])
  })
})

describe('statement issue', () => {
  it('has the server make one', async () => {
    const orders: unknown[] = []
    const { ports } = adminWorld()
    const issue = ports.softwareStatements.issue
    const app = createAdminListener(
      {
        ...ports,
        softwareStatements: {
          issue: (order) => {
            orders.push(order)
            return issue(order)
          },
        },
      },
      { bodyBytesMax: 65_536, metricsWithoutToken: false },
    )
    onTestFinished(() => app.close())
    const server = await app.listen({ port: 0, host: '127.0.0.1' })
    const args = ['statement', 'issue', '--server', server, '--token', adminToken]
    const more = ['--name', 'App', '--claim', 'org_name=Bank', '--expires-in', '10m', '--audience', 'https://bank.example']
    expect(await registrar([...args, ...more, '-o', 'name'])).toMatchObject({ exitCode: 0, out: 'a.b.c\n' })
    expect(orders).toEqual([
      expect.objectContaining({
        claims: { client_name: 'App', org_name: 'Bank' },
        lifetimeSeconds: 600,
        audience: ['https://bank.example'],
      }),
    ])
  })
})
