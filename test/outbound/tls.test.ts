import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TLSSocket } from 'node:tls'
import { beforeAll, describe, expect, it } from 'vitest'
import { listen, outboundWith, type TestServer } from './hostile-server.ts'

interface Identity {
  readonly key: string
  readonly cert: string
}
let identity: Identity

beforeAll(() => {
  const folder = mkdtempSync(join(tmpdir(), 'outbound-tls-'))
  const paths = { key: join(folder, 'key.pem'), cert: join(folder, 'cert.pem') }
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-days',
      '2',
      '-subj',
      '/CN=right.example',
      '-addext',
      'subjectAltName=DNS:right.example',
      '-keyout',
      paths.key,
      '-out',
      paths.cert,
    ],
    { stdio: 'ignore' },
  )
  identity = { key: readFileSync(paths.key, 'utf8'), cert: readFileSync(paths.cert, 'utf8') }
  rmSync(folder, { recursive: true })
})

async function serveTls(): Promise<TestServer> {
  return listen(createServer(identity), (_request, response) => response.end('{"keys":[]}'), 'https')
}
const lookup = async () => [{ address: '127.0.0.1', family: 4 }] as const
const reaching = (server: TestServer, trustedCertificates: string[]) =>
  outboundWith({ allowedNetworks: ['127.0.0.0/8'], ports: [server.port], trustedCertificates }, { lookup })

describe('TLS', () => {
  it('connects to the checked address with the name in SNI and Host (SEC-SSRF-02)', async () => {
    const server = await serveTls()
    const response = await reaching(server, [identity.cert]).fetch('jwks', `https://right.example:${server.port}/jwks`)
    expect(await response.json()).toEqual({ keys: [] })
    expect(server.requests[0]?.socket).toMatchObject({ servername: 'right.example' })
    expect(server.requests[0]?.headers.host).toBe(`right.example:${server.port}`)
  })

  it('refuses a certificate for another name, and sends no request', async () => {
    const server = await serveTls()
    const wrong = reaching(server, [identity.cert]).fetch('jwks', `https://wrong.example:${server.port}/jwks`)
    await expect(wrong).rejects.toMatchObject({ kind: 'failed', internal: expect.stringContaining('altnames') })
    expect(server.requests).toHaveLength(0)
  })

  it('refuses a certificate of an unknown issuer, and sends no request', async () => {
    const server = await serveTls()
    const unknown = reaching(server, []).fetch('jwks', `https://right.example:${server.port}/jwks`)
    await expect(unknown).rejects.toMatchObject({ kind: 'failed', internal: expect.stringContaining('self-signed') })
    expect(server.requests).toHaveLength(0)
  })

  it('does not take a bare address for the name of a certificate', async () => {
    const server = await serveTls()
    await expect(reaching(server, [identity.cert]).fetch('jwks', `${server.origin}/jwks`)).rejects.toMatchObject({
      kind: 'failed',
    })
    expect(server.requests).toHaveLength(0)
  })

  it('offers no client certificate even when it is asked for one (SEC-SSRF-06)', async () => {
    const asking = createServer({ ...identity, requestCert: true, rejectUnauthorized: false })
    const server = await listen(asking, (_request, response) => response.end('{}'), 'https')
    await reaching(server, [identity.cert]).fetch('jwks', `https://right.example:${server.port}/jwks`)
    const socket = server.requests[0]?.socket
    expect(socket instanceof TLSSocket && socket.getPeerCertificate()).toEqual({})
  })
})
