import { mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:https'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { authority, type Certificate, issueCertificate, revocationList } from '../support/certificates.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const ca = issueCertificate({ subject: '/O=Trust/CN=Root', extensions: authority })
const bank = issueCertificate({ subject: '/C=BR/O=Banco/2.5.4.97=OFBBR-1/CN=client', issuer: ca })
const stranger = issueCertificate({ subject: '/C=BR/O=Banco/2.5.4.97=OFBBR-1/CN=client' })
const subject = 'CN=client,2.5.4.97=#13074f464242522d31,O=Banco,C=BR'
const client = {
  grant_types: ['client_credentials'],
  response_types: [],
  token_endpoint_auth_method: 'tls_client_auth',
  tls_client_auth_subject_dn: subject,
}

describe('a server with a listener for client certificates', () => {
  const folder = mkdtempSync(join(tmpdir(), 'whole-server-'))
  let server: TestServer
  let mtls: string
  let client_id: string

  beforeAll(async () => {
    const port = await freePort()
    mtls = `https://localhost:${port}`
    const tls = { keyFile: join(folder, 'key.pem'), certificateFile: join(folder, 'certificate.pem'), isGenerated: true }
    const listener = { host: 'localhost', port, publicUrl: mtls, tls }
    server = await startTestServer({ change: (all) => ({ ...all, listen: { ...all.listen, mtls: listener } }) })
  })
  afterAll(async () => {
    await server.stop()
    rmSync(folder, { recursive: true })
  })

  const realm = (method: string, path: string, body?: object) => server.admin(method, `/realms/default/${path}`, body)
  const register = (identity?: Certificate) => post(`${mtls}/register`, JSON.stringify(client), 'application/json', identity)
  const obtain = (identity?: Certificate) => {
    const form = new URLSearchParams({ grant_type: 'client_credentials', client_id }).toString()
    return post(`${mtls}/token`, form, 'application/x-www-form-urlencoded', identity)
  }
  /** What an administrator says holds from the moment on that the realm is made anew. */
  const eventually = (ask: () => Promise<Answer>, status: number) =>
    expect.poll(async () => (await ask()).status, { timeout: 10_000 }).toBe(status)

  it('trusts nobody, and no certificate that is no authority, until an administrator imports one', async () => {
    const refused = await realm('POST', 'trusted-cas', { id: 'root', pem: bank.cert })
    expect(refused.status).toBe(422)
    expect(JSON.stringify(await refused.json())).toContain('CA:TRUE')
    expect((await realm('POST', 'trusted-cas', { id: 'root', pem: ca.cert })).status).toBe(201)
  })

  it('registers a client by its certificate, and authenticates it by the same (RFC 8705 §2.1)', async () => {
    const registered = await register(bank)
    expect(registered).toMatchObject({ status: 201, body: { tls_client_auth_subject_dn: subject } })
    client_id = String(registered.body['client_id'])
    expect(await (await realm('GET', `clients/${client_id}`)).json()).toMatchObject({ channel: 'certificate' })
    await eventually(() => obtain(bank), 200)
    for (const identity of [stranger, undefined]) {
      expect(await obtain(identity)).toMatchObject({ status: 401, body: { error: 'invalid_client' } })
    }
  })

  it('refuses it once its certificate is revoked', async () => {
    const crls = [revocationList({ issuer: ca, revoked: [bank] })]
    expect((await realm('PUT', 'trusted-cas/root', { id: 'root', pem: ca.cert, crls })).status).toBe(200)
    await eventually(() => obtain(bank), 401)
  })
})

interface Answer {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
}

function post(url: string, body: string, type: string, identity?: Certificate): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { method: 'POST', headers: { 'content-type': type }, rejectUnauthorized: false, agent: false as const }
    const outgoing = request(url, { ...options, ...identity }, (response) => {
      let text = ''
      response.on('data', (chunk) => {
        text += String(chunk)
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) }))
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  await new Promise((closed) => server.close(closed))
  return port
}
