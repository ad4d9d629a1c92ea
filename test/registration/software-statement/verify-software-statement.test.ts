import { type CryptoKey, exportSPKI, importJWK, type JWK } from 'jose'
import { describe, expect, it } from 'vitest'
import type { JsonObject, JsonValue, StatementIssuer } from '../../../src/registration/index.ts'
import { statementProblems } from '../../../src/registration/software-statement/statement-problems.ts'
import { verifySoftwareStatement } from '../../../src/registration/software-statement/verify-software-statement.ts'
import { clientKey } from '../../support/client-keys.ts'
import { refusalOf } from '../../support/refusal-of.ts'
import { createDirectory, issuedAt, signJwt, statementPorts, unsignedJwt } from '../../support/statement-issuer.ts'

const directory = await createDirectory()

function verify(statement: JsonValue, changes: Partial<StatementIssuer> = {}, { ports } = statementPorts()) {
  return verifySoftwareStatement(statement, directory.realm(changes), ports)
}

const invalid = { code: 'invalid_software_statement' }

describe('what is no statement', () => {
  it.each<readonly [string, JsonValue]>([
    ['no string', { a: 1 }],
    ['an empty text', ''],
    ['one word', 'statement'],
    ['a JWS of JSON', { payload: 'e30', signatures: [] }],
    ['a JWS in JSON as text', '{"payload":"e30","signature":"e30"}'],
    ['a JWE of five parts', 'e30.e30.e30.e30.e30'],
    ['an empty header', '.e30.e30'],
    ['a header that is no JSON', 'bm90LWpzb24.e30.e30'],
    ['a header that is an array', 'W10.e30.e30'],
    ['text behind it', 'e30.e30.e30\n'],
    ['a megabyte of text', `e30.${'A'.repeat(1_048_576)}.e30`],
  ])('refuses %s as invalid', async (_, statement) => {
    expect(await refusalOf(verify(statement))).toMatchObject(invalid)
  })

  it('refuses a signed megabyte', async () => {
    const statement = await directory.sign({ software_description: 'x'.repeat(1_048_576) })
    expect(await refusalOf(verify(statement))).toMatchObject({ ...invalid, message: expect.stringContaining('32768 characters') })
  })

  it.each([
    ['a payload that is no JSON', 'not json'],
    ['a payload that is an array', '[]'],
    ['a claim that is given twice', '{"iss":"https://directory.example","client_name":"a","client_name":"b"}'],
    ['an issuer that is given twice', '{"iss":"https://evil.example","iss":"https://directory.example"}'],
    ['claims nested 40 levels deep', `{"iss":"https://directory.example","a":${'['.repeat(40)}${']'.repeat(40)}}`],
    ['a number beyond every number', '{"iss":"https://directory.example","exp":1e999}'],
    ['a NUL character', '{"iss":"https://directory.example","org":"a\\u0000b"}'],
    ['half of a surrogate pair', '{"iss":"https://directory.example","org":"\\ud800"}'],
  ])('refuses %s, though the signature is right', async (_, payload) => {
    const statement = await signJwt(payload, { alg: 'ES256', kid: 'key-1' }, directory.signer)
    expect(await refusalOf(verify(statement))).toMatchObject(invalid)
  })

  it('refuses a statement without iss, or with one that is no text (DCR-SS-02)', async () => {
    for (const iss of [null, '', 7, ['https://directory.example']]) {
      expect(await refusalOf(verify(await directory.sign({ iss })))).toMatchObject({
        ...invalid,
        message: statementProblems.notSigned,
      })
    }
  })

  it('refuses a nested JWT, by its content type and by its payload', async () => {
    const inner = await directory.sign()
    expect(await refusalOf(verify(await directory.sign({}, { cty: 'JWT' })))).toMatchObject(invalid)
    const nested = await signJwt(inner, { alg: 'ES256', kid: 'key-1' }, directory.signer)
    expect(await refusalOf(verify(nested))).toMatchObject(invalid)
  })

  it.each<readonly [string, JsonObject]>([
    ['crit', { crit: ['exp'], exp: 1 }],
    ['b64', { b64: true }],
    ['a kid that is no text', { kid: 7 }],
    ['a kid of a thousand characters', { kid: 'k'.repeat(1000) }],
    ['no alg', {}],
  ])('refuses a header with %s', async (_, header) => {
    const claims = Buffer.from(JSON.stringify(directory.claims)).toString('base64url')
    const alg = 'crit' in header || 'b64' in header || 'kid' in header ? { alg: 'ES256' } : {}
    const text = `${Buffer.from(JSON.stringify({ ...alg, ...header })).toString('base64url')}.${claims}.e30`
    expect(await refusalOf(verify(text))).toMatchObject(invalid)
  })
})

describe('whose statement it is', () => {
  it('calls an unknown issuer unapproved, and fetches nothing for it (DCR-SS-11)', async () => {
    const { ports, fetched } = statementPorts()
    const statement = await directory.sign(
      { iss: 'https://other.example' },
      { jku: 'https://canary.example/jwks', x5u: 'https://canary.example/x5u' },
    )
    const changes = { keys: { kind: 'jwks-uri', jwksUri: 'https://directory.example/jwks' } } as const
    expect(await refusalOf(verifySoftwareStatement(statement, directory.realm(changes), ports))).toMatchObject({
      code: 'unapproved_software_statement',
    })
    expect(fetched).toEqual([])
  })

  it.each(['https://directory.example/', 'HTTPS://directory.example', 'https://directory.example.evil.example'])(
    'compares the issuer exactly: %s is another',
    async (iss) => {
      expect(await refusalOf(verify(await directory.sign({ iss })))).toMatchObject({ code: 'unapproved_software_statement' })
    },
  )

  it('tells an honest directory and a forger apart: the statement of one issuer signed by the key of another is invalid', async () => {
    const other = await createDirectory('ES256', 'other')
    const realm = {
      ...directory.realm(),
      statementIssuers: [directory.entry(), { ...other.entry(), id: 'other', issuer: 'https://other.example' }],
    }
    const statement = await directory.sign({}, { kid: 'other' }, other.signer)
    expect(await refusalOf(verifySoftwareStatement(statement, realm, statementPorts().ports))).toMatchObject({
      ...invalid,
      message: statementProblems.wrongSignature,
    })
  })
})

describe('the signature', () => {
  const wrong = { ...invalid, message: statementProblems.wrongSignature }

  it('refuses alg none, in every spelling (DCR-SS-01)', async () => {
    for (const alg of ['none', 'None', 'NONE', 'nOnE']) {
      expect(await refusalOf(verify(unsignedJwt(directory.claims, { alg })))).toMatchObject(invalid)
    }
    expect(await refusalOf(verify(unsignedJwt(directory.claims), { algorithms: ['none', 'ES256'] }))).toMatchObject(invalid)
  })

  it('accepts alg none of an issuer that may leave it out, without a signature only (OBUK-SSA-02)', async () => {
    const verified = await verify(unsignedJwt(directory.claims), { allowUnsigned: true })
    expect(verified.metadata).toEqual({ client_name: 'Attested' })
    const odd = unsignedJwt(directory.claims, { alg: 'none' }, 'AAAA')
    expect(await refusalOf(verify(odd, { allowUnsigned: true }))).toMatchObject(wrong)
  })

  it('refuses a MAC made with the public key, in each form that a library could take it in (DCR-SS-15)', async () => {
    const key = await importJWK(directory.signer.jwk, 'ES256', { extractable: true })
    const spki = await exportSPKI(key as CryptoKey)
    for (const secret of [spki, spki.trim(), JSON.stringify(directory.signer.jwk)]) {
      const statement = await directory.sign({}, { alg: 'HS256' }, { ...directory.signer, privateKey: Buffer.from(secret) })
      expect(await refusalOf(verify(statement))).toMatchObject(wrong)
      expect(await refusalOf(verify(statement, { algorithms: ['ES256', 'HS256'] }))).toMatchObject(wrong)
    }
  })

  it('refuses a MAC although the set holds a symmetric key', async () => {
    const secret = Buffer.alloc(32, 1)
    const keys = { kind: 'jwks', jwks: { keys: [{ kty: 'oct', kid: 'key-1', k: secret.toString('base64url') }] } } as const
    const statement = await directory.sign({}, { alg: 'HS256' }, { ...directory.signer, privateKey: secret })
    expect(await refusalOf(verify(statement, { keys, algorithms: ['HS256'] }))).toMatchObject(wrong)
  })

  it('refuses another key under the same kid', async () => {
    const forger = await clientKey('ES256', 'key-1')
    expect(await refusalOf(verify(await directory.sign({}, {}, forger)))).toMatchObject(wrong)
  })

  it('refuses a key that only the header knows: jwk, x5c, jku (DCR-SS-11)', async () => {
    const forger = await clientKey('ES256', 'forged')
    const { ports, fetched } = statementPorts()
    for (const header of [{ jwk: forger.jwk as JsonObject }, { jku: 'https://evil.example/jwks' }, { x5c: ['MIIB'] }]) {
      const statement = await directory.sign({}, { ...header, kid: 'forged' }, forger)
      expect(await refusalOf(verify(statement, {}, { ports, fetched }))).toMatchObject(wrong)
    }
    expect(fetched).toEqual([])
  })

  it('refuses an algorithm that the entry does not list, even by the right key (DCR-SS-03)', async () => {
    const rsa = await createDirectory('RS256')
    const realm = rsa.realm({ algorithms: ['PS256'] })
    expect(await refusalOf(verifySoftwareStatement(await rsa.sign(), realm, statementPorts().ports))).toMatchObject(wrong)
  })

  it('refuses a changed claim and a cut signature', async () => {
    const [header, , signature] = (await directory.sign()).split('.')
    const payload = Buffer.from(JSON.stringify({ ...directory.claims, client_name: 'Forged' })).toString('base64url')
    for (const text of [
      `${header}.${payload}.${signature}`,
      `${header}.${payload}.`,
      `${header}.${payload}.${signature?.slice(4)}`,
    ]) {
      expect(await refusalOf(verify(text))).toMatchObject(wrong)
    }
  })

  it('refuses a key for encryption, and a weak one', async () => {
    const jwks = (change: JsonObject) =>
      ({ kind: 'jwks', jwks: { keys: [{ ...directory.signer.jwk, ...change } as JsonObject] } }) as const
    const statement = await directory.sign()
    expect(await refusalOf(verify(statement, { keys: jwks({ use: 'enc' }) }))).toMatchObject(wrong)
    expect(await refusalOf(verify(statement, { keys: jwks({ alg: 'ES384' }) }))).toMatchObject(wrong)
    expect(await refusalOf(verify(statement, { keys: jwks({ key_ops: ['encrypt'] }) }))).toMatchObject(wrong)
  })

  it('finds the key among several with the same kid, and without a kid among all', async () => {
    const twin = await clientKey('ES256', 'key-1')
    const keys = { kind: 'jwks', jwks: { keys: [twin.jwk, directory.signer.jwk] as JsonObject[] } } as const
    expect((await verify(await directory.sign(), { keys })).kid).toBe('key-1')
    const nameless = await signJwt(directory.claims, { alg: 'ES256' }, directory.signer)
    expect((await verify(nameless, { keys })).kid).toBeUndefined()
  })

  it.each(['RS256', 'PS384', 'ES512', 'EdDSA'])('verifies %s', async (alg) => {
    const other = await createDirectory(alg)
    const verified = await verifySoftwareStatement(await other.sign(), other.realm({ algorithms: [alg] }), statementPorts().ports)
    expect(verified).toMatchObject({ alg, kid: 'key-1' })
  })
})

describe('where the keys come from', () => {
  const uri = 'https://directory.example/jwks'
  const keys = { kind: 'jwks-uri', jwksUri: uri } as const
  const set = { keys: [directory.signer.jwk as JsonObject] }

  it('asks the URL of the entry for the kid of the header', async () => {
    const { ports, fetched } = statementPorts({ [uri]: set })
    await verify(await directory.sign(), { keys }, { ports, fetched })
    expect(fetched).toEqual([`${uri} key-1`])
  })

  it('refuses a key that the issuer has revoked, by its name and by its value', async () => {
    const revokedUri = 'https://directory.example/revoked'
    const revoking = { ...keys, revokedJwksUri: revokedUri }
    const { kid: _, ...nameless } = directory.signer.jwk
    const other = await clientKey('ES256', 'key-1')
    for (const revoked of [nameless, other.jwk]) {
      const world = statementPorts({ [uri]: set, [revokedUri]: { keys: [revoked as JsonObject] } })
      expect(await refusalOf(verify(await directory.sign(), { keys: revoking }, world))).toMatchObject({
        ...invalid,
        message: statementProblems.wrongSignature,
      })
    }
    const world = statementPorts({ [uri]: set, [revokedUri]: { keys: [{ ...other.jwk, kid: 'old' } as JsonObject] } })
    expect((await verify(await directory.sign(), { keys: revoking }, world)).kid).toBe('key-1')
  })

  it('accepts a MAC with the sealed secret of the entry and no other (PingAM’s kind)', async () => {
    const world = statementPorts()
    const sealed = { kind: 'secret', sealed: world.ports.vault.seal('a shared secret of the publisher') } as const
    const mac = (secret: string) => directory.sign({}, { alg: 'HS256' }, { ...directory.signer, privateKey: Buffer.from(secret) })
    const changes = { keys: sealed, algorithms: ['HS256', 'ES256'] }
    expect(await refusalOf(verify(await mac('another secret'), changes, world))).toMatchObject(invalid)
    expect(await refusalOf(verify(await directory.sign(), changes, world))).toMatchObject(invalid)
    expect((await verify(await mac('a shared secret of the publisher'), changes, world)).alg).toBe('HS256')
  })

  it('asks for a chain where certificates vouch, and takes the key of the leaf alone', async () => {
    const asked: unknown[] = []
    const certified = statementPorts(
      {},
      {
        certificates: {
          verifySigner: async (chain, trustedCas) => {
            asked.push([chain, trustedCas.map(({ id }) => id)])
            return { jwk: directory.signer.jwk as JsonObject, subject: 'CN=Directory,O=Example' }
          },
        },
      },
    )
    const keysOf = (subject?: string) =>
      ({ kind: 'certificates', trustedCas: ['root'], ...(subject === undefined ? {} : { subject }) }) as const
    const ca = (id: string) => ({ id, pem: '', crls: [] })
    const realm = (subject?: string) => ({ ...directory.realm({ keys: keysOf(subject) }), trustedCas: [ca('root'), ca('other')] })
    const run = (statement: string, subject?: string) => verifySoftwareStatement(statement, realm(subject), certified.ports)

    expect(await refusalOf(run(await directory.sign()))).toMatchObject(invalid)
    expect(await refusalOf(run(await directory.sign({}, { x5c: [] })))).toMatchObject(invalid)
    expect(await refusalOf(run(await directory.sign({}, { x5c: 'MIIB' })))).toMatchObject(invalid)
    expect(await refusalOf(run(await directory.sign({}, { x5c: Array(11).fill('MIIB') })))).toMatchObject(invalid)
    expect(asked).toEqual([])
    const statement = await directory.sign({}, { x5c: ['bGVhZg==', 'cm9vdA=='] })
    expect(await refusalOf(run(statement, 'CN=Somebody,O=Example'))).toMatchObject(invalid)
    expect((await run(statement, 'cn=directory, o=example')).alg).toBe('ES256')
    expect(asked).toEqual(Array(2).fill([['bGVhZg==', 'cm9vdA=='], ['root']]))
    const forger = await clientKey('ES256', 'key-1')
    expect(await refusalOf(run(await directory.sign({}, { x5c: ['bGVhZg=='] }, forger)))).toMatchObject(invalid)
  })

  it('refuses a chain of another CA, and every chain where the CAs of the entry are gone', async () => {
    const statement = await directory.sign({}, { x5c: ['bGVhZg=='] })
    const keysOf = (...trustedCas: string[]) => ({ kind: 'certificates', trustedCas }) as const
    const trustedCas = [{ id: 'root', pem: '', crls: [] }]
    for (const ids of [['root'], ['gone'], []]) {
      const realm = { ...directory.realm({ keys: keysOf(...ids) }), trustedCas }
      expect(await refusalOf(verifySoftwareStatement(statement, realm, statementPorts().ports))).toMatchObject(invalid)
    }
  })
})

describe('what is kept of it', () => {
  it('is what the audit trail and later updates need (SSP-34)', async () => {
    const world = statementPorts()
    const text = await directory.sign({ jti: 'one', org_name: 'Bank', sub: 'x' })
    const { clientStatement, claims, issuer } = await verify(text, { echo: ['org_name'] }, world)
    expect(issuer.id).toBe('directory')
    expect(claims).toEqual({ client_name: 'Attested', org_name: 'Bank' })
    expect(clientStatement).toEqual({
      issuerId: 'directory',
      issuer: 'https://directory.example',
      jti: 'one',
      kid: 'key-1',
      digest: world.ports.vault.digest(text),
      verifiedAt: issuedAt,
      metadata: { client_name: 'Attested' },
      claims,
      echoed: { org_name: 'Bank' },
    })
  })

  it('never holds a private part of a key that the header carried', async () => {
    const jwk = directory.signer.privateJwk as JWK as JsonObject
    const { clientStatement } = await verify(await directory.sign({}, { jwk }))
    expect(JSON.stringify(clientStatement)).not.toContain(String(jwk['d']))
  })
})
