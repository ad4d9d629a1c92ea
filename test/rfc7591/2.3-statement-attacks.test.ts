import { exportSPKI, importJWK, type JWK } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { JsonObject } from '../../src/registration/index.ts'
import { type RegisteredClient, redirectUri, register, registered, update } from '../support/registration-client.ts'
import { unsignedJwt } from '../support/statement-issuer.ts'
import { type AttackedRealm, seconds, startAttackedRealm, trustCertificates } from './attacked-realm.ts'

let realm: AttackedRealm
let certificates: Awaited<ReturnType<typeof trustCertificates>>
/** Admitted by a statement, and managing itself. */
let attested: RegisteredClient
/** Registered without one. */
let plain: RegisteredClient

beforeAll(async () => {
  realm = await startAttackedRealm()
  certificates = await trustCertificates(realm.server)
  attested = await registered(realm.server, { software_statement: await realm.sign(realm.claims()) })
  plain = await registered(realm.server)
})
afterAll(() => realm.stop())

interface Refused {
  readonly status?: number
  readonly error?: string
}

type Attack = readonly [title: string, statement: () => Promise<string> | string, refused?: Refused]

const invalid = 'invalid_software_statement'
const ofScheme = (): JsonObject => realm.claims({ iss: 'https://scheme.example' })

const attacks: readonly Attack[] = [
  ['that is unsigned (alg none)', () => unsignedJwt(realm.claims())],
  ['with alg None', () => unsignedJwt(realm.claims(), { alg: 'None', kid: 'key-1' }, 'c2ln')],
  ['with alg none and a signature', () => unsignedJwt(realm.claims(), { alg: 'none' }, 'c2ln')],
  ['whose signature is cut off', async () => (await realm.sign(realm.claims())).replace(/[^.]+$/, '')],
  ['whose claims were changed', async () => changed(await realm.sign(realm.claims()))],
  ['with HS256 and the public key as PEM', async () => macWith(await exportSPKI(await publicKey()))],
  ['with HS256 and the public key as JWK', () => macWith(JSON.stringify(realm.directory.jwk))],
  ['with HS256 and the key id as its secret', () => macWith('key-1')],
  [
    'of an issuer that nobody knows',
    () => realm.sign(realm.claims({ iss: 'https://evil.example' })),
    { error: 'unapproved_software_statement' },
  ],
  [
    'of a look-alike issuer',
    () => realm.sign(realm.claims({ iss: 'https://directory.example/' })),
    { error: 'unapproved_software_statement' },
  ],
  ['by another key with the same kid', () => realm.sign(realm.claims(), {}, realm.attacker)],
  ['by another key that its header holds (jwk)', () => byAttacker({ jwk: realm.attacker.jwk as JsonObject })],
  ['by another key that its header leads to (jku)', () => byAttacker({ jku: lure('/jku') })],
  ['by another certificate that its header leads to (x5u)', () => byAttacker({ x5u: lure('/x5u') })],
  [
    'by a certificate (x5c) where keys are known',
    () => realm.sign(realm.claims(), { x5c: [...certificates.genuine.x5c] }, certificates.genuine),
  ],
  ['by one issuer in the name of another', () => realm.sign(ofScheme())],
  ['with a chain (x5c) of another CA', () => realm.sign(ofScheme(), { x5c: [...certificates.forged.x5c] }, certificates.forged)],
  [
    'with a chain (x5c) that somebody else signed for',
    () => realm.sign(ofScheme(), { x5c: [...certificates.genuine.x5c] }, realm.attacker),
  ],
  ['whose keys are at a URL that redirects to a private address', () => byAttacker({}, { iss: 'https://moved.example' })],
  ['that has expired', () => realm.sign(realm.claims({ iat: seconds() - 500, exp: seconds() - 60 }))],
  ['without an end', () => realm.sign(without('exp'))],
  ['from the future (iat)', () => realm.sign(realm.claims({ iat: seconds() + 120 }))],
  ['from the future (nbf)', () => realm.sign(realm.claims({ nbf: seconds() + 120 }))],
  ['that is too old', () => realm.sign(realm.claims({ iat: seconds() - 1200 }))],
  ['whose times are texts', () => realm.sign(realm.claims({ exp: '9999999999' }))],
  ['for another audience', () => realm.sign(realm.claims({ aud: 'https://other.example' }))],
  ['for nobody in particular', () => realm.sign(without('aud'))],
  ['that was used before', () => spent()],
  ['that cannot be told from others (no jti)', () => realm.sign(without('jti'))],
  ['within a statement (cty JWT)', async () => realm.sign(realm.claims(), { cty: 'JWT' })],
  ['with a critical extension', () => unsignedJwt(realm.claims(), { alg: 'ES256', kid: 'key-1', crit: ['exp'] }, 'c2ln')],
  ['of 33 kB', () => realm.sign(realm.claims({ software_description: 'x'.repeat(33_000) }))],
  [
    'of 1 MB',
    () => realm.sign(realm.claims({ software_description: 'x'.repeat(1_048_576) })),
    { status: 413, error: 'invalid_client_metadata' },
  ],
  ['that attests another type than a member has', () => realm.sign(realm.claims({ redirect_uris: { 0: redirectUri } }))],
]

const cases = attacks.map(([title, statement, refused = {}]) => [title, statement, refused] as const)

describe.each(cases)('a statement %s', (_title, statement, { status = 400, error = invalid }) => {
  it('registers nobody and spends no token', async () => {
    const body = { software_statement: await statement(), redirect_uris: [redirectUri], client_name: 'Attacker' }
    const authorization = await realm.initialAccessToken()
    const before = await realm.stored()
    expect(await register(realm.server, body, authorization)).toMatchObject({ status, body: { error } })
    expect(await realm.stored()).toBe(before)
  })

  it('changes no client, attested or not', async () => {
    const software_statement = await statement()
    const before = await realm.stored()
    for (const client of [attested, plain]) {
      const body = { client_id: client.client_id, redirect_uris: [redirectUri], client_name: 'Attacker', software_statement }
      expect(await update(client, body)).toMatchObject({ status, body: { error } })
    }
    expect(await realm.stored()).toBe(before)
  })
})

describe('around the attacks', () => {
  it('nothing was fetched that a header named, and nobody followed a redirect (SEC-SSRF-04)', () => {
    expect(realm.documents.requests).not.toContain('/jku')
    expect(realm.documents.requests).not.toContain('/x5u')
    expect(realm.documents.requests).toContain('/moved')
    expect(realm.canary.visits()).toBe(0)
  })

  it('a statement inside a statement attests nothing: the outer one is what the client is told', async () => {
    const inner = unsignedJwt(realm.claims({ client_name: 'Inner' }))
    const software_statement = await realm.sign(
      realm.claims({ software_statement: inner, client_id: 'chosen', client_secret: 's' }),
    )
    const answer = await register(realm.server, { software_statement })
    expect(answer).toMatchObject({ status: 201, body: { client_name: 'Attested', software_statement } })
    expect([answer.body['client_id'], answer.body['client_secret']]).not.toEqual(expect.arrayContaining(['chosen', 's']))
    expect(answer.text).not.toContain(inner)
  })

  it('what is attested is changed neither by PUT, nor by PATCH, nor by a translation, nor by dropping the statement', async () => {
    const { client_id } = attested
    const bodies = [
      { client_id, client_name: 'Mine', redirect_uris: [redirectUri] },
      { client_id, client_name: 'Mine', 'client_name#de': 'Meins', software_id: 'two', jwks_uri: 'https://evil.example/jwks' },
      { client_id, client_name: null, software_statement: '', jwks: { keys: [realm.attacker.jwk] } },
    ]
    for (const body of bodies) {
      for (const answer of [await update(attested, body), await merge(attested, body)]) {
        expect(answer).toMatchObject({ status: 200, body: { client_name: 'Attested', software_id: 'one' } })
        expect(answer.body).toMatchObject({ software_statement: attested['software_statement'], jwks: attested['jwks'] })
        for (const name of ['client_name#de', 'jwks_uri']) expect(answer.body).not.toHaveProperty([name])
      }
    }
    const elsewhere = { client_id, redirect_uris: [redirectUri, 'https://evil.example/cb'] }
    for (const answer of [await update(attested, elsewhere), await merge(attested, elsewhere)]) {
      expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_redirect_uri' } })
    }
  })

  it('a good statement is taken once, however many present it at the same time', async () => {
    const software_statement = await realm.sign(realm.claims())
    const answers = await Promise.all(Array.from({ length: 20 }, () => register(realm.server, { software_statement })))
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
    expect(answers.filter(({ status, body }) => status === 400 && body['error'] === invalid)).toHaveLength(19)
  })

  it('one that an administrator has brought into an edit is used up as well', async () => {
    const software_statement = await realm.sign(realm.claims())
    const edited = await realm.server.admin('PATCH', `/realms/default/clients/${plain.client_id}`, { software_statement })
    expect(edited.status).toBe(200)
    expect(await register(realm.server, { software_statement })).toMatchObject({ status: 400, body: { error: invalid } })
  })
})

async function merge(client: RegisteredClient, patch: object): Promise<{ readonly status: number; readonly body: JsonObject }> {
  const answer = await fetch(client.registration_client_uri, {
    method: 'PATCH',
    headers: {
      authorization: `Bearer ${client.registration_access_token}`,
      'content-type': 'application/merge-patch+json',
    },
    body: JSON.stringify(patch),
  })
  return { status: answer.status, body: (await answer.json()) as JsonObject }
}

function byAttacker(header: JsonObject, claims: JsonObject = {}): Promise<string> {
  return realm.sign(realm.claims(claims), header, realm.attacker)
}

function macWith(secret: string): Promise<string> {
  const privateKey = new TextEncoder().encode(secret)
  return realm.sign(realm.claims(), { alg: 'HS256' }, { jwk: {}, privateKey })
}

async function publicKey() {
  return (await importJWK(realm.directory.jwk as JWK, 'ES256')) as Parameters<typeof exportSPKI>[0]
}

/** Where keys of the attacker really are. */
function lure(path: string): string {
  return realm.documents.publish(path, { body: { keys: [realm.attacker.jwk] } })
}

function without(claim: string): JsonObject {
  const { [claim]: _left, ...rest } = realm.claims()
  return rest as JsonObject
}

function changed(statement: string): string {
  const [header, , signature] = statement.split('.')
  return [header, Buffer.from(JSON.stringify(realm.claims())).toString('base64url'), signature].join('.')
}

async function spent(): Promise<string> {
  const software_statement = await realm.sign(realm.claims())
  await registered(realm.server, { software_statement })
  return software_statement
}
