import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { decodeJwt, importJWK, type JWK, type JWTPayload } from 'jose'
import type { Configuration } from '../../../src/config/index.ts'
import type { JsonObject } from '../../../src/registration/index.ts'
import { type Certificate, type CertificateSketch, issueCertificate } from '../../support/certificates.ts'
import { type Signer, signJwt } from '../../support/statement-issuer.ts'
import { startTestServer, type TestServer } from '../../support/test-server.ts'
import { copyExample } from './copy-example.ts'

export type Profile = 'uk' | 'brazil' | 'cdr'

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: Readonly<Record<string, unknown>>
}

export interface Call {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** `null`: none. Absent: the software's own. */
  readonly certificate?: Certificate | null
}

/** A bank by its example configuration, the directory of the examples beside it, and a piece of software that is listed there. */
export interface Ecosystem {
  readonly bank: TestServer
  readonly mtlsUrl: string
  readonly transport: Certificate
  readonly directory: Signer
  readonly software: Signer
  /** A certificate of the directory's certificate authority. */
  certify(subject: string): Certificate
  /** The statement that the directory issues, or one that it would issue with other claims; `undefined` leaves one out. */
  statement(changes?: Changes, sign?: Signing): Promise<string>
  /** Any JWT of the software; of a registration request what stands in it besides the given members. */
  signed(claims: Changes, sign?: Signing): Promise<string>
  call(path: string, call?: Call): Promise<Answer>
  /** Everything that the bank has stored about clients, to see that a refusal leaves it as it is. */
  stored(): Promise<string>
  stop(): Promise<void>
}

export type Changes = Readonly<Record<string, JsonObject[string] | undefined>>

export interface Signing {
  readonly header?: JsonObject
  readonly by?: Signer
}

export async function startEcosystem(profile: Profile): Promise<Ecosystem> {
  const folder = await mkdtemp(join(tmpdir(), 'ecosystem-'))
  const { origin, process: directoryProcess } = await startDirectory(folder)
  const file = await copyExample(`examples/open-banking-${profile}.yaml`, origin, folder)
  const bank = await startTestServer({ file, change: unhurried })
  const [ca, transport] = [await pair(folder, 'ca'), await pair(folder, `transport-${profile}`)]
  const [directory, software] = [await signer(folder, 'directory-key'), await signer(folder, 'software-key')]
  await bank.admin('POST', '/realms/default/trusted-cas', { id: 'directory', pem: ca.cert })
  const issued = await (await fetch(`${origin}/statements/${profile}`)).text()
  const mtlsUrl = bank.mtlsUrl ?? ''
  return {
    ...{ bank, mtlsUrl, transport, directory, software },
    certify: (subject) => issueCertificate({ subject, issuer: ca } satisfies CertificateSketch),
    statement: (changes = {}, { header = {}, by = directory } = {}) =>
      signJwt(merged(issuedNow(decodeJwt(issued)), changes), { alg: 'PS256', kid: by.jwk.kid, ...header }, by),
    signed: (claims, { header = {}, by = software } = {}) =>
      signJwt(merged(envelope(bank.url), claims), { alg: 'PS256', kid: by.jwk.kid, ...header }, by),
    call: (path, { certificate = transport, ...rest } = {}) =>
      send(path.startsWith('https:') ? path : `${mtlsUrl}${path}`, { certificate, ...rest }),
    stored: () => clientsOf(bank),
    async stop() {
      await bank.stop()
      directoryProcess.kill()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** When a client was last used is written down now and then, and says nothing about what it is. */
async function clientsOf(bank: TestServer): Promise<string> {
  const answer = await bank.admin('GET', '/realms/default/clients?limit=100')
  const { items } = (await answer.json()) as { readonly items: readonly JsonObject[] }
  return JSON.stringify(items.map(({ firstUsedAt: _first, lastUsedAt: _last, ...client }) => client))
}

export function nowSeconds(): number {
  return Math.floor(Date.now() / 1000)
}

/** However long the tests take, a statement is fresh unless a test wants it otherwise. */
function issuedNow(claims: JWTPayload): JWTPayload {
  const now = nowSeconds()
  return { ...claims, jti: randomUUID(), iat: now, ...(claims.exp === undefined ? {} : { exp: now + 600 }) }
}

function envelope(audience: string): JsonObject {
  return { iat: nowSeconds(), exp: nowSeconds() + 300, aud: audience, jti: randomUUID() }
}

function merged(claims: object, changes: Changes): JsonObject {
  const entries = Object.entries({ ...claims, ...changes }).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries) as JsonObject
}

/** As a reader of the examples starts it. */
async function startDirectory(folder: string): Promise<{ readonly origin: string; readonly process: ChildProcess }> {
  const args = ['examples/open-banking/directory.mjs', '--port', '0', '--folder', folder]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  for await (const line of createInterface({ input: child.stdout })) {
    const origin = /^directory: (\S+),/.exec(line)?.[1]
    if (origin !== undefined) return { origin, process: child }
  }
  throw new Error('the directory did not start')
}

/** A test asks more often than a client would. */
function unhurried(configuration: Configuration): Configuration {
  const limit = { requestsMax: 10_000, windowSeconds: 60 }
  const { rateLimits } = configuration.http
  const names = Object.keys(rateLimits) as (keyof typeof rateLimits)[]
  const raised = Object.fromEntries(names.map((name) => [name, limit])) as typeof rateLimits
  return { ...configuration, http: { ...configuration.http, rateLimits: raised } }
}

async function pair(folder: string, name: string): Promise<Certificate> {
  const [cert, key] = await Promise.all(['pem', 'key'].map((type) => readFile(join(folder, `${name}.${type}`), 'utf8')))
  return { cert: cert ?? '', key: key ?? '' }
}

async function signer(folder: string, name: string): Promise<Signer> {
  const jwk = JSON.parse(await readFile(join(folder, `${name}.json`), 'utf8')) as JWK
  return { jwk, privateKey: await importJWK(jwk, 'PS256') }
}

function send(url: string, { method = 'GET', headers = {}, body, certificate }: Call): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const identity = certificate === null || certificate === undefined ? {} : certificate
    // A connection of its own for each: another certificate must not be taken for the one before.
    const options = { method, headers, ...identity, rejectUnauthorized: false, agent: false as const }
    const outgoing = request(url, options, async (response) => {
      const chunks: Buffer[] = []
      for await (const chunk of response) chunks.push(chunk as Buffer)
      const text = Buffer.concat(chunks).toString()
      const json = text.startsWith('{') ? (JSON.parse(text) as Answer['body']) : {}
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body: json })
    })
    outgoing.on('error', reject).end(body)
  })
}
