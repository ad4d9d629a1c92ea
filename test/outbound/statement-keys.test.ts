import { createServer } from 'node:https'
import { describe, expect, it } from 'vitest'
import { type JsonObject, Refusal, type TrustedCa } from '../../src/registration/index.ts'
import { authority, issueCertificate } from '../support/certificates.ts'
import { quickstartRealm } from '../support/realm.ts'
import { listen, outboundWith, serve } from './hostile-server.ts'

type Listener = Parameters<typeof serve>[0]

const realm = quickstartRealm()
const text = 'software_statement cannot be verified: its keys must be at an https URL that gives a JWK Set of public keys'

const sending =
  (body: unknown, type = 'application/json'): Listener =>
  (_request, response) => {
    response.writeHead(200, { 'content-type': type })
    response.end(typeof body === 'string' ? body : JSON.stringify(body))
  }

const key = (kid: string, more: JsonObject = {}): JsonObject => ({ kty: 'EC', crv: 'P-256', x: 'x', y: 'y', kid, ...more })

async function keysOf(listener: Listener): Promise<unknown> {
  const server = await serve(listener)
  const outbound = outboundWith({ allowedOrigins: [server.origin], totalTimeoutSeconds: 1 })
  return outbound.statementKeys.fetch(realm, `${server.origin}/jwks`).catch((error: unknown) => error)
}

describe('the keys of a statement issuer', () => {
  it.each<readonly [string, Listener]>([
    ['an array', sending([key('a')])],
    ['an object without keys', sending({ keys: 'none' })],
    ['a set of 101 keys', sending({ keys: Array.from({ length: 101 }, (_, index) => key(String(index))) })],
    ['a set with a member named twice', sending('{"keys":[],"keys":[]}')],
    ['no JSON', sending('{"keys":[')],
    ['deep nesting', sending('['.repeat(60_000))],
    ['a page', sending('{"keys":[]}', 'text/html')],
    ['100 kB', sending({ keys: [key('x'.repeat(100_000))] })],
    ['404', (_request, response) => response.writeHead(404).end('{"keys":[]}')],
    ['no answer in time', () => undefined],
  ])('refuses %s with the same words as everything else', async (_what, listener) => {
    const refusal = await keysOf(listener)
    expect(refusal).toBeInstanceOf(Refusal)
    expect(refusal).toMatchObject({
      code: 'invalid_software_statement',
      message: text,
      violations: [{ member: 'software_statement' }],
    })
  })

  it('are not taken from where a redirect leads, a private address least of all (SEC-SSRF-04)', async () => {
    const inside = await serve(sending({ keys: [key('a')] }))
    const refusal = await keysOf((_request, response) => response.writeHead(302, { location: `${inside.origin}/jwks` }).end())
    expect(refusal).toMatchObject({ code: 'invalid_software_statement', message: text })
    expect(inside.connections()).toBe(0)
  })

  it('are not asked of a private address, nor without TLS', async () => {
    const inside = await serve(sending({ keys: [key('a')] }))
    const outbound = outboundWith({ ports: [inside.port] })
    for (const uri of [
      `${inside.origin}/jwks`,
      `https://127.0.0.1:${inside.port}/jwks`,
      'https://169.254.169.254/jwks',
      'file:///etc/passwd',
    ]) {
      await expect(outbound.statementKeys.fetch(realm, uri)).rejects.toMatchObject({ message: text })
    }
    expect(inside.connections()).toBe(0)
  })

  it('are public ones alone: a secret that anybody can fetch is dropped', async () => {
    const set = { keys: [key('a'), key('b', { d: 'private' }), { kty: 'oct', kid: 'c', k: 'secret' }, 'text', null] }
    expect(await keysOf(sending(set))).toEqual({ keys: [key('a')] })
  })
})

describe('keys that change', () => {
  async function setUp() {
    let time = Date.parse('2026-01-01T00:00:00Z')
    const answer: { status: number; keys: readonly JsonObject[] } = { status: 200, keys: [key('a')] }
    const server = await serve((_request, response) => {
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify({ keys: answer.keys }))
    })
    const outbound = outboundWith({ allowedOrigins: [server.origin] }, { now: () => time })
    const ask = (kid?: string) => outbound.statementKeys.fetch(realm, `${server.origin}/jwks`, kid)
    const pass = (seconds: number) => {
      time += seconds * 1000
    }
    return { server, answer, ask, pass }
  }

  it('are asked for anew when a kid is unknown, and at most once in ten seconds', async () => {
    const { server, answer, ask, pass } = await setUp()
    await ask('a')
    answer.keys = [key('a'), key('b')]
    expect(await ask('b')).toEqual({ keys: [key('a'), key('b')] })
    for (let count = 0; count < 20; count += 1) await ask(`made-up-${count}`)
    expect(server.requests).toHaveLength(2)
    pass(10)
    await ask('made-up')
    expect(server.requests).toHaveLength(3)
  })

  it('serve for an hour after they should have been fetched again, while the URL fails', async () => {
    const { answer, ask, pass } = await setUp()
    await ask()
    answer.status = 500
    pass(300 + 3599)
    expect(await ask()).toEqual({ keys: [key('a')] })
    pass(2)
    await expect(ask()).rejects.toMatchObject({ code: 'invalid_software_statement' })
  })
})

describe('a server with a certificate of a CA that the realm trusts (R1.14)', () => {
  const root = issueCertificate({ subject: '/CN=Root of the realm', extensions: authority })
  const leaf = issueCertificate({ subject: '/CN=keys.example', issuer: root, extensions: ['subjectAltName=DNS:keys.example'] })
  const other = issueCertificate({ subject: '/CN=Another root', extensions: authority })
  const lookup = async () => [{ address: '127.0.0.1', family: 4 }] as const
  const trusting = (...pems: string[]) => {
    const trustedCas = pems.map((pem, index): TrustedCa => ({ id: `ca-${index}`, pem, crls: [] }))
    return quickstartRealm({ trustedCas })
  }

  it('gives keys to that realm, and to no other that has not trusted it', async () => {
    const server = await listen(createServer(leaf), sending({ keys: [key('a')] }), 'https')
    const outbound = outboundWith({ allowedNetworks: ['127.0.0.0/8'], ports: [server.port] }, { lookup })
    const ask = (...pems: string[]) => outbound.statementKeys.fetch(trusting(...pems), `https://keys.example:${server.port}/jwks`)

    await expect(ask()).rejects.toMatchObject({
      code: 'invalid_software_statement',
      internal: expect.stringMatching(/certificate/),
    })
    expect(await ask(other.cert, root.cert)).toEqual({ keys: [key('a')] })
    await expect(ask(other.cert)).rejects.toMatchObject({ code: 'invalid_software_statement' })
    await expect(ask()).rejects.toMatchObject({ code: 'invalid_software_statement' })
    expect(server.requests).toHaveLength(1)
  })

  it('is reached however many sets of CAs there are', async () => {
    const server = await listen(createServer(leaf), sending({ keys: [key('a')] }), 'https')
    const outbound = outboundWith({ allowedNetworks: ['127.0.0.0/8'], ports: [server.port], cacheMinimumSeconds: 0 }, { lookup })
    const copies = (count: number) => Array<string>(count).fill(other.cert)
    for (let count = 0; count < 40; count += 1) {
      const found = await outbound.statementKeys.fetch(
        trusting(root.cert, ...copies(count)),
        `https://keys.example:${server.port}/jwks`,
      )
      expect(found).toEqual({ keys: [key('a')] })
    }
    expect(server.requests).toHaveLength(40)
  })
})
