import { importJWK } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { JsonObject } from '../../src/registration/index.ts'
import { clientKey } from '../support/client-keys.ts'
import { bearer, type RegisteredClient, redirectUri, register } from '../support/registration-client.ts'
import { type Signer, signJwt, unsignedJwt } from '../support/statement-issuer.ts'
import { type AttackedRealm, seconds, startAttackedRealm } from './attacked-realm.ts'

let realm: AttackedRealm
let stranger: Signer
let client: RegisteredClient

beforeAll(async () => {
  realm = await startAttackedRealm({
    signedRequests: {
      ...{ accepted: 'only', algorithms: ['PS256'], issuerClaim: 'software_id', audiences: [], audienceRequired: true },
      ...{ lifetimeSecondsMax: 300, clockSkewSeconds: 30, jti: 'single-use', jtiFormat: 'any' },
    },
  })
  stranger = await clientKey('PS256', 'software-1')
  const { status, body } = await post(await signed())
  expect([status, body]).toEqual([201, expect.anything()])
  client = body as unknown as RegisteredClient
})
afterAll(() => realm.stop())

interface Request {
  readonly type?: string
  readonly authorization?: string
}

interface Answer {
  readonly status: number
  readonly body: JsonObject
}

type Attack = readonly [
  title: string,
  request: () => Promise<string>,
  refused?: { readonly status?: number; readonly error?: string; readonly type?: string },
]

const metadata = 'invalid_client_metadata'
const statement = 'invalid_software_statement'

const attacks: readonly Attack[] = [
  ['by another key of the same name', () => signed({}, {}, stranger)],
  ['by another key that its header holds (jwk)', () => signed({}, { jwk: stranger.jwk as JsonObject }, stranger)],
  ['by another key that its header leads to (jku)', () => signed({}, { jku: lure('/jku') }, stranger)],
  ['by another certificate that its header leads to (x5u)', () => signed({}, { x5u: lure('/x5u') }, stranger)],
  ['that is unsigned (alg none)', async () => unsignedJwt(await order())],
  ['with HS256 and the public key', () => macWith(JSON.stringify(realm.software.jwk))],
  ['with an algorithm that is not allowed', () => withPs384()],
  ['whose signature is cut off', async () => (await signed()).replace(/[^.]+$/, '')],
  ['whose claims were changed', async () => changed(await signed())],
  ['of another software (iss)', () => signed({ iss: 'two' })],
  ['of nobody (no iss)', () => signed({ iss: null })],
  ['for another server (aud)', () => signed({ aud: 'https://other.example' })],
  ['for nobody in particular', () => signed({ aud: null })],
  ['that has expired', () => signed({ iat: seconds() - 300, exp: seconds() - 60 })],
  ['that lives too long', () => signed({ exp: seconds() + 3600 })],
  ['that never ends', () => signed({ exp: null })],
  ['without a beginning', () => signed({ iat: null })],
  ['from the future', () => signed({ iat: seconds() + 120, exp: seconds() + 240 })],
  ['without jti', () => signed({ jti: null })],
  ['with a token of another kind as its type', () => signed({}, { typ: 'at+jwt' })],
  ['within a JWT (cty)', () => signed({}, { cty: 'JWT' })],
  ['with a member that is given twice', () => signedText('{"iss":"one","client_name":"a","client_name":"b"}')],
  ['with claims nested 40 levels deep', () => signedText(`{"iss":"one","a":${'['.repeat(40)}${']'.repeat(40)}}`)],
  ['of a list', () => signedText('[]')],
  ['of another software in its statement', () => signed({ iss: 'two' }, {}, realm.software, true)],
  [
    'with a statement that nobody signed',
    async () => signed({ software_statement: unsignedJwt(realm.claims()) }),
    { error: statement },
  ],
  ['with a statement by the software itself', () => ownWord(), { error: statement }],
  ['of 80 kB', () => signed({ client_name: 'x'.repeat(80_000) }), { status: 413 }],
  ['of 1 MB', () => signed({ client_name: 'x'.repeat(1_048_576) }), { status: 413 }],
  ['in JSON', async () => JSON.stringify(await order()), { status: 415, type: 'application/json' }],
  ['in JSON that says it is a JWT', async () => JSON.stringify(await order())],
]
const cases = attacks.map(([title, request, refused = {}]) => [title, request, refused] as const)

describe.each(cases)('a signed request %s', (_title, request, { status = 400, error = metadata, type = 'application/jwt' }) => {
  it('registers nobody and spends no token', async () => {
    const jwt = await request()
    const initial = await realm.initialAccessToken()
    const before = await realm.stored()
    expect(await post(jwt, { type, ...initial })).toMatchObject({ status, body: { error } })
    expect(await realm.stored()).toBe(before)
  })

  it('changes no client', async () => {
    const jwt = await request()
    const before = await realm.stored()
    expect(await put(jwt, { type })).toMatchObject({ status, body: { error } })
    expect(await realm.stored()).toBe(before)
  })
})

describe('around the attacks', () => {
  it('a request without a statement registers nobody, whoever signed it', async () => {
    expect(await post(await signed({ software_statement: null }))).toMatchObject({ status: 400, body: { error: statement } })
  })

  it('a statement that is taken once is not taken within a signed request either', async () => {
    const software_statement = await realm.sign(realm.claims())
    expect((await post(await signed({ software_statement }))).status).toBe(201)
    expect(await post(await signed({ software_statement }))).toMatchObject({ status: 400, body: { error: statement } })
  })

  it('a request is taken once, in 20 places at once, and not again as an update', async () => {
    const jwt = await signed({ software_statement: client['software_statement'] as string, client_name: 'Once' })
    const answers = await Promise.all(Array.from({ length: 20 }, () => put(jwt)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(answers.filter(({ status }) => status >= 500)).toEqual([])
    expect(await put(jwt)).toMatchObject({ status: 400, body: { error_description: expect.stringContaining('used before') } })
  })

  it('twenty registrations with one jti are one client', async () => {
    const jti = crypto.randomUUID()
    const requests = await Promise.all(Array.from({ length: 20 }, () => signed({ jti })))
    const answers = await Promise.all(requests.map((jwt) => post(jwt)))
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(19).fill(400)])
  })

  it('an update that is signed for another client changes neither', async () => {
    const other = (await post(await signed())).body['client_id'] as string
    const before = await realm.stored()
    const jwt = await signed({ software_statement: client['software_statement'] as string, client_id: other })
    expect(await put(jwt)).toMatchObject({ status: 400, body: { error: metadata } })
    expect(await realm.stored()).toBe(before)
  })

  it('nothing but JSON that is signed is an update, a merge least of all', async () => {
    const plain = await register(realm.server, { redirect_uris: [redirectUri] })
    expect(plain.status).toBe(415)
    const merge = await fetch(client.registration_client_uri, {
      method: 'PATCH',
      headers: { ...bearer(client), 'content-type': 'application/merge-patch+json' },
      body: '{"client_name":"Mine"}',
    })
    expect(merge.status).toBe(405)
  })

  it('nothing was fetched that a header named', () => {
    expect(realm.documents.requests.filter((path) => path !== '/moved')).toEqual([])
    expect(realm.canary.visits()).toBe(0)
  })
})

/** A request as the software makes it, with a statement of its own; `null` leaves a claim out. */
async function order(more: JsonObject = {}): Promise<JsonObject> {
  const now = seconds()
  const claims: JsonObject = {
    ...{ iss: 'one', aud: realm.server.url, iat: now - 5, exp: now + 120, jti: crypto.randomUUID() },
    ...{ redirect_uris: [redirectUri], token_endpoint_auth_method: 'private_key_jwt' },
    software_statement: more['software_statement'] ?? (await realm.sign(realm.claims())),
    ...more,
  }
  return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== null))
}

async function signed(
  more: JsonObject = {},
  header: JsonObject = {},
  by: Signer = realm.software,
  isOther = false,
): Promise<string> {
  const other = { jwks: { keys: [stranger.jwk as JsonObject] }, software_id: 'two' }
  const claims = isOther ? { ...more, software_statement: await realm.sign(realm.claims(other)) } : more
  return signJwt(await order(claims), { alg: 'PS256', kid: 'software-1', ...header }, by)
}

async function withPs384(): Promise<string> {
  const privateKey = (await importJWK({ ...realm.software.privateJwk, alg: 'PS384' })) as Signer['privateKey']
  return signed({}, { alg: 'PS384' }, { jwk: {}, privateKey })
}

function signedText(payload: string): Promise<string> {
  return signJwt(payload, { alg: 'PS256', kid: 'software-1' }, realm.software)
}

/** The software attests itself: its own key, its own claims. */
async function ownWord(): Promise<string> {
  const own = await signJwt(realm.claims(), { alg: 'PS256', kid: 'software-1' }, realm.software)
  return signed({ software_statement: own })
}

async function macWith(secret: string): Promise<string> {
  const privateKey = new TextEncoder().encode(secret)
  return signJwt(await order(), { alg: 'HS256', kid: 'software-1' }, { privateKey })
}

function lure(path: string): string {
  return realm.documents.publish(path, { body: { keys: [stranger.jwk] } })
}

function changed(jwt: string): string {
  const [header, claims = '', signature] = jwt.split('.')
  const other = { ...JSON.parse(Buffer.from(claims, 'base64url').toString()), redirect_uris: ['https://evil.example/cb'] }
  return [header, Buffer.from(JSON.stringify(other)).toString('base64url'), signature].join('.')
}

function post(jwt: string, { type = 'application/jwt', authorization }: Request = {}): Promise<Answer> {
  return send(`${realm.server.url}/register`, { method: 'POST', body: jwt, type, ...(authorization && { authorization }) })
}

function put(jwt: string, { type = 'application/jwt' }: Request = {}): Promise<Answer> {
  return send(client.registration_client_uri, { method: 'PUT', body: jwt, type, ...bearer(client) })
}

async function send(
  url: string,
  { method, body, type, ...headers }: { method: string; body: string; type: string; authorization?: string },
): Promise<Answer> {
  const answer = await fetch(url, { method, body, headers: { 'content-type': type, ...headers } })
  return { status: answer.status, body: (await answer.json()) as JsonObject }
}
