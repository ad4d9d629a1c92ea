import { X509Certificate } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { createServer, request } from 'node:https'
import type { TLSSocket } from 'node:tls'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sha256 } from '../../src/engine/digest.ts'
import type { ClientCertificateIssuerRule } from '../../src/registration/index.ts'
import { authority, type Certificate, issueCertificate, revocationList } from '../support/certificates.ts'
import { type EngineWorld, openWorld } from '../support/engine-world.ts'

const machine = { grant_types: ['client_credentials'], response_types: [] }
const tls = { ...machine, token_endpoint_auth_method: 'tls_client_auth' }

describe('mutual TLS (RFC 8705)', () => {
  let world: EngineWorld
  const ca = issueCertificate({ subject: '/O=Trust/CN=Root', extensions: authority })
  const intermediate = issueCertificate({ subject: '/O=Trust/CN=Intermediate', issuer: ca, extensions: authority })
  const stranger = issueCertificate({ subject: '/O=Trust/CN=Root', extensions: authority })
  const names = 'subjectAltName=DNS:client.bank.example,URI:https://bank.example/client,IP:2001:db8::1,email:ops@bank.example'
  const subject = '/C=DE/O=Bank, Inc./CN=client'
  const bank = issueCertificate({ subject, issuer: ca, extensions: [names, 'extendedKeyUsage=clientAuth'] })
  const below = issueCertificate({ subject, issuer: intermediate, extensions: [names] })
  const forged = issueCertificate({ subject, issuer: stranger, extensions: [names] })
  const serverOnly = issueCertificate({ subject, issuer: ca, extensions: [names, 'extendedKeyUsage=serverAuth'] })
  const other = issueCertificate({ subject: '/CN=Other', extensions: authority })
  const ofOther = issueCertificate({ subject, issuer: other, extensions: [names] })
  const selfMade = issueCertificate({ subject: '/CN=self' })
  const server = issueCertificate({ subject: '/CN=localhost', extensions: ['subjectAltName=DNS:localhost'] })

  beforeAll(async () => {
    const tlsOptions = { ...server, requestCert: true, rejectUnauthorized: false }
    world = await openWorld({
      listen: (answer) =>
        createServer(tlsOptions, (incoming, response) => {
          attachCertificate(incoming)
          answer(incoming, response)
        }),
      realm: (realm) => ({
        ...realm,
        mtlsIssuer: realm.issuer.replace('localhost', 'mtls.localhost'),
        trustedCas: ['ca', 'other'].map((id) => ({ id, pem: (id === 'ca' ? ca : other).cert, crls: [] })),
      }),
    })
    const clients: Record<string, Record<string, unknown>> = {
      'by-dn': { ...tls, tls_client_auth_subject_dn: 'CN=client,O=Bank\\, Inc.,C=DE' },
      'by-oids': { ...tls, tls_client_auth_subject_dn: '2.5.4.3=client,2.5.4.10=#0C0A42616E6B2C20496E632E,c=#13024445' },
      'by-dns': { ...tls, tls_client_auth_san_dns: 'CLIENT.bank.example' },
      'by-uri': { ...tls, tls_client_auth_san_uri: 'https://bank.example/client' },
      'by-ip': { ...tls, tls_client_auth_san_ip: '2001:db8:0:0::1' },
      'by-email': { ...tls, tls_client_auth_san_email: 'ops@bank.example' },
      'other-dn': { ...tls, tls_client_auth_subject_dn: 'CN=client,O=Bank,C=DE' },
      'other-dns': { ...tls, tls_client_auth_san_dns: 'bank.example' },
      bound: { ...tls, tls_client_auth_san_dns: 'client.bank.example', tls_client_certificate_bound_access_tokens: true },
      self: { ...machine, token_endpoint_auth_method: 'self_signed_tls_client_auth', jwks: { keys: [jwkOf(selfMade)] } },
    }
    for (const [client_id, metadata] of Object.entries(clients))
      world.register({ client_id, channel: 'open', metadata: metadata as never })
    world.register({ client_id: 'made-by-hand', channel: 'administrator', metadata: clients['by-dns'] as never })
  })
  afterAll(() => world.close())

  const ask = (client_id: string, identity?: Certificate, more: Record<string, string> = {}) =>
    postWith(`${world.issuer}/token`, { grant_type: 'client_credentials', client_id, ...more }, identity)

  it.each(['by-dn', 'by-oids', 'by-dns', 'by-uri', 'by-ip', 'by-email'])('authenticates a client %s', async (client_id) => {
    expect(await ask(client_id, bank)).toMatchObject({ status: 200 })
  })

  it.each(['other-dn', 'other-dns'])('refuses a client whose certificate has %s', async (client_id) => {
    expect(await ask(client_id, bank)).toMatchObject({ status: 401, error: 'invalid_client' })
  })

  it('refuses no certificate, one of a stranger of the same name, a self-made one, and one for servers only', async () => {
    for (const identity of [undefined, forged, selfMade, serverOnly]) {
      expect(await ask('by-dns', identity)).toMatchObject({ status: 401, error: 'invalid_client' })
    }
  })

  it('follows the intermediates that the client sends, and needs them', async () => {
    expect(await ask('by-dns', below)).toMatchObject({ status: 401 })
    expect(await ask('by-dns', { ...below, cert: below.cert + intermediate.cert })).toMatchObject({ status: 200 })
  })

  it('needs them no more once they were seen, as where a TLS session is resumed', async () => {
    expect(await ask('by-dns', { ...below, cert: below.cert + intermediate.cert })).toMatchObject({ status: 200 })
    expect(await ask('by-dns', below)).toMatchObject({ status: 200 })
  })

  it('takes the one certificate authority that a realm names for clients that register themselves, and no other', async () => {
    const ruled = (rule: ClientCertificateIssuerRule) =>
      world.change((realm) => ({ ...realm, registration: { ...realm.registration, clientCertificateIssuer: rule } }))
    ruled({ rule: 'one', trustedCa: 'other' })
    expect(await ask('by-dns', bank)).toMatchObject({ status: 401, error: 'invalid_client' })
    expect(await ask('by-dns', ofOther)).toMatchObject({ status: 200 })
    expect(await ask('made-by-hand', bank)).toMatchObject({ status: 200 })
    ruled({ rule: 'one', trustedCa: 'gone' })
    expect(await ask('by-dns', ofOther)).toMatchObject({ status: 401, error: 'invalid_client' })
    ruled({ rule: 'none' })
    expect(await ask('by-dns', ofOther)).toMatchObject({ status: 401, error: 'invalid_client' })
    expect(await ask('made-by-hand', bank)).toMatchObject({ status: 200 })
    ruled({ rule: 'any' })
    expect(await ask('by-dns', bank)).toMatchObject({ status: 200 })
  })

  it('refuses a certificate that the revocation list of its certificate authority names', async () => {
    const revoke = (...crls: string[]) =>
      world.change((realm) => ({
        ...realm,
        trustedCas: realm.trustedCas.map((one) => (one.id === 'ca' ? { ...one, crls } : one)),
      }))
    revoke(revocationList({ issuer: ca, revoked: [bank] }))
    expect(await ask('by-dns', bank)).toMatchObject({ status: 401, error: 'invalid_client' })
    expect(world.logged.at(-1)).toEqual({
      event: 'client_certificate_refused',
      details: { realm: 'test', client_id: 'by-dns', problem: 'certificate 1 of the chain is revoked' },
    })
    revoke(revocationList({ issuer: ca, revoked: [serverOnly] }))
    expect(await ask('by-dns', bank)).toMatchObject({ status: 200 })
    revoke()
  })

  it('does not let a leaf certificate issue others', async () => {
    const minted = issueCertificate({ subject, issuer: bank, extensions: [names] })
    expect(await ask('by-dns', { ...minted, cert: minted.cert + bank.cert })).toMatchObject({ status: 401 })
  })

  it('refuses a certificate outside of its dates', async () => {
    world.passTime(3 * 86_400)
    expect(await ask('by-dns', bank)).toMatchObject({ status: 401 })
    world.passTime(-3 * 86_400)
  })

  it('authenticates a self-signed certificate that the client registered, and no other', async () => {
    expect(await ask('self', selfMade)).toMatchObject({ status: 200 })
    expect(await ask('self', bank)).toMatchObject({ status: 401 })
  })

  it.each([
    ['opaque', () => ({})],
    ['JWT', (issuer: string) => ({ resource: `${issuer}/register` })],
  ])('binds an %s access token to the certificate (RFC 8705 §3)', async (format, target) => {
    const { access_token } = await ask('bound', bank, { scope: 'read', ...target(world.issuer) })
    const thumbprint = sha256(new X509Certificate(bank.cert).raw)
    if (format === 'JWT') expect(decodeJwt(access_token)).toMatchObject({ cnf: { 'x5t#S256': thumbprint } })
    const present = (certificateThumbprint?: string) =>
      world.engine.accessTokens.verify(world.realm(), {
        scheme: 'Bearer',
        value: access_token,
        method: 'POST',
        url: 'https://x.example',
        ...(certificateThumbprint === undefined ? {} : { certificateThumbprint }),
      })
    expect(await present()).toBeUndefined()
    expect(await present(sha256('another'))).toBeUndefined()
    expect(await present(thumbprint)).toEqual({ client_id: 'bound', scopes: ['read'] })
  })

  it('advertises where certificates are asked for (RFC 8705 §5)', async () => {
    const metadata = await world.engine.discovery(world.realm())
    expect(metadata).toMatchObject({
      tls_client_certificate_bound_access_tokens: true,
      mtls_endpoint_aliases: { token_endpoint: `${world.issuer.replace('localhost', 'mtls.localhost')}/token` },
    })
  })

  it('sets cookies that are secure, and bound to the host where the path allows it', async () => {
    world.register({
      client_id: 'web',
      metadata: { redirect_uris: ['https://app.example/cb'], token_endpoint_auth_method: 'none' },
    })
    const url = `${world.issuer}/authorize?client_id=web&response_type=code&code_challenge=${'x'.repeat(43)}&code_challenge_method=S256&scope=openid`
    const { cookies } = await getWith(url)
    expect(cookies.length).toBeGreaterThan(0)
    for (const cookie of cookies) expect(cookie).toMatch(/^__(Secure|Host)-.*; secure/i)
  })
})

function attachCertificate(incoming: IncomingMessage): void {
  const certificate = (incoming.socket as TLSSocket).getPeerX509Certificate()
  if (certificate !== undefined) Object.assign(incoming, { [Symbol.for('registrar.clientCertificate')]: certificate })
}

function jwkOf({ cert }: Certificate): object {
  const certificate = new X509Certificate(cert)
  return { ...certificate.publicKey.export({ format: 'jwk' }), x5c: [certificate.raw.toString('base64')] }
}

interface Answer {
  readonly status: number
  readonly access_token: string
  readonly error?: string
}

function postWith(url: string, fields: Record<string, string>, identity?: Certificate): Promise<Answer> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  return new Promise((resolve, reject) => {
    const options = { method: 'POST', headers, rejectUnauthorized: false, agent: false as const, ...identity }
    const outgoing = request(url, options, (response) => {
      let text = ''
      response.on('data', (chunk) => {
        text += String(chunk)
      })
      response.on('end', () => resolve({ ...JSON.parse(text), status: response.statusCode ?? 0 }))
    })
    outgoing.on('error', reject)
    outgoing.end(new URLSearchParams(fields).toString())
  })
}

function getWith(url: string): Promise<{ readonly cookies: readonly string[] }> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { rejectUnauthorized: false, agent: false }, (response) => {
      response.resume()
      resolve({ cookies: response.headers['set-cookie'] ?? [] })
    })
    outgoing.on('error', reject)
    outgoing.end()
  })
}
