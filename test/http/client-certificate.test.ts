import { execFileSync } from 'node:child_process'
import { createHash, X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { request as httpsRequest } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createCertificates } from '../../src/certificates/index.ts'
import { type CertifiedRequest, clientCertificate } from '../../src/http/ports.ts'
import { createWorld, type World } from './world.ts'

let folder: string
let pem: string
let der: Buffer
let thumbprint: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'http-certificates-'))
  for (const name of ['server', 'client']) {
    const files = ['-keyout', join(folder, `${name}.key`), '-out', join(folder, `${name}.crt`)]
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
    execFileSync('openssl', ['req', '-x509', ...key, ...files, '-subj', `/CN=${name}, "quoted"/O=x`, '-days', '2'], {
      stdio: 'pipe',
    })
  }
  pem = readFileSync(join(folder, 'client.crt'), 'utf8')
  der = new X509Certificate(pem).raw
  thumbprint = createHash('sha256').update(der).digest('base64url')
})

afterAll(() => rmSync(folder, { recursive: true }))

async function register(world: World, headers: Record<string, string>, remoteAddress = '10.0.0.1') {
  const authorization = 'Bearer abc'
  await world.app.inject({ method: 'POST', url: '/register', payload: {}, headers: { ...headers, authorization }, remoteAddress })
  return world.asked[0]?.presented?.certificateThumbprint
}

function behindProxy(name: string, format: string): World {
  return createWorld({ options: { trustedProxies: ['10.0.0.0/8', 'fd00::/8'], clientCertificateHeader: { name, format } } })
}

const encodings = [
  ['Client-Cert', 'rfc9440', () => `:${der.toString('base64')}:`],
  ['X-SSL-Cert', 'url-encoded-pem', () => encodeURIComponent(pem)],
  [
    'X-Forwarded-Client-Cert',
    'envoy-xfcc',
    () => `Hash=abc;Cert="${encodeURIComponent(pem)}";Subject="CN=a,O=\\"b\\"";URI=spiffe://x`,
  ],
] as const

describe.each(encodings)('a certificate in %s as %s', (name, format, encode) => {
  it('is believed from a trusted proxy (RFC 9440, SEC-TP-02)', async () => {
    await using world = behindProxy(name, format)
    expect(await register(world, { [name]: encode() })).toBe(thumbprint)
  })

  it('is ignored and removed when it comes from anybody else (SEC-TP-02)', async () => {
    await using world = behindProxy(name, format)
    expect(await register(world, { [name]: encode() }, '192.0.2.1')).toBeUndefined()
    await world.app.inject({ method: 'POST', url: '/token', headers: { [name]: encode() }, remoteAddress: '192.0.2.1' })
    expect(world.handled[0]?.headers).not.toHaveProperty(name.toLowerCase())
  })

  it.each(['', 'nonsense', ':@@:', ':AAAA:', '%zz', 'Cert="%zz"', 'Cert="', ':', '::'])(
    'is none when it reads %j',
    async (value) => {
      await using world = behindProxy(name, format)
      expect(await register(world, { [name]: value })).toBeUndefined()
      expect(world.asked).toHaveLength(1)
    },
  )
})

describe('a client certificate', () => {
  it('is described to the domain, with who vouches for it, and absent where there is none', async () => {
    const { describe: describeBy } = createCertificates()
    const now = Math.floor(Date.now() / 1000)
    await using world = createWorld({
      options: { trustedProxies: ['10.0.0.0/8'], clientCertificateHeader: { name: 'Client-Cert', format: 'rfc9440' } },
      ports: { describeCertificate: ({ trustedCas }, certificate) => describeBy(certificate, trustedCas, now) },
    })
    await register(world, { 'Client-Cert': `:${der.toString('base64')}:` })
    await register(world, {})
    expect(world.asked.map(({ source }) => source.certificate)).toEqual([
      expect.objectContaining({ thumbprint, subject: 'O=x,CN=client\\, \\"quoted\\"', trustedCas: [] }),
      undefined,
    ])
  })

  it('of Envoy is the last element, which our own proxy added', async () => {
    await using world = behindProxy('x-forwarded-client-cert', 'envoy-xfcc')
    const forged = `Hash=1;Cert="${encodeURIComponent(pem)}"`
    expect(
      await register(world, { 'x-forwarded-client-cert': `${forged},By=spiffe://x;Hash=2;Subject="a,b;Cert=\\"x\\""` }),
    ).toBeUndefined()
  })

  it('is not looked for in a header when none is configured', async () => {
    await using world = createWorld({ options: { trustedProxies: ['10.0.0.0/8'] } })
    expect(await register(world, { 'client-cert': `:${der.toString('base64')}:` })).toBeUndefined()
  })

  it('of a TLS connection reaches registration and engine, whoever signed it (RFC 8705 §2)', async () => {
    const tls = {
      keyFile: join(folder, 'server.key'),
      certificateFile: join(folder, 'server.crt'),
      requestClientCertificate: true,
    }
    await using world = createWorld({ options: { tls } })
    await world.app.listen({ port: 0, host: '127.0.0.1' })
    const { port } = world.app.server.address() as AddressInfo
    const certificate = { cert: pem, key: readFileSync(join(folder, 'client.key')) }
    const call = (path: string, more: object) =>
      new Promise<number | undefined>((resolve, reject) => {
        const headers = { 'content-type': 'application/json', authorization: 'Bearer abc' }
        const options = {
          port,
          host: '127.0.0.1',
          path,
          method: 'POST',
          rejectUnauthorized: false,
          agent: false as const,
          headers,
        }
        httpsRequest({ ...options, ...more }, (response) => response.resume().on('end', () => resolve(response.statusCode)))
          .on('error', reject)
          .end('{}')
      })
    expect(await call('/register', certificate)).toBe(201)
    expect(await call('/register', {})).toBe(201)
    expect(await call('/token', certificate)).toBe(200)
    expect(world.asked.map((request) => request.presented?.certificateThumbprint)).toEqual([thumbprint, undefined])
    expect((world.handled[0]?.request as CertifiedRequest | undefined)?.[clientCertificate]?.raw.equals(der)).toBe(true)
  })
})
