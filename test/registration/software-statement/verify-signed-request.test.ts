import { describe, expect, it } from 'vitest'
import type { JsonObject, SignedRequestSettings } from '../../../src/registration/index.ts'
import { decodeSignedRequest, verifySignedRequest } from '../../../src/registration/software-statement/verify-signed-request.ts'
import { clientKey } from '../../support/client-keys.ts'
import { quickstartRealm } from '../../support/realm.ts'
import { refusalOf } from '../../support/refusal-of.ts'
import { issuedAt, signJwt, statementPorts, unsignedJwt } from '../../support/statement-issuer.ts'

const uri = 'https://software.example/jwks'
const revokedUri = 'https://software.example/revoked'
const software = await clientKey('ES256', 'software-1')
const set = { keys: [software.jwk as JsonObject] }
const realm = quickstartRealm()
const statement = {
  metadata: { jwks_uri: uri, software_id: 'one' },
  claims: { software_id: 'one', software_jwks_revoked_endpoint: revokedUri },
}
const strict: SignedRequestSettings = {
  accepted: 'only',
  algorithms: ['PS256', 'ES256'],
  issuerClaim: 'software_id',
  audiences: ['bank-1'],
  audienceRequired: true,
  lifetimeSecondsMax: 600,
  clockSkewSeconds: 30,
  jti: 'single-use',
  jtiFormat: 'uuid',
}
const claims = {
  iss: 'one',
  aud: realm.issuer,
  iat: issuedAt - 5,
  exp: issuedAt + 300,
  jti: '8D3C9a2e-5b1f-4c7d-9e0a-112233445566',
  redirect_uris: ['https://app.example/cb'],
  software_statement: 'a.b.c',
}

function sign(more: JsonObject = {}, header: Record<string, JsonObject[string] | undefined> = {}, by = software) {
  return signJwt({ ...claims, ...more }, { alg: 'ES256', kid: 'software-1', ...header }, by)
}

function verify(jwt: string, changes: Partial<SignedRequestSettings> = {}, of: typeof statement | object = statement) {
  const { ports } = statementPorts({ [uri]: set, [revokedUri]: { keys: [] } })
  return verifySignedRequest(jwt, { realm, statement: of as typeof statement, settings: { ...strict, ...changes } }, ports)
}

const invalid = { code: 'invalid_client_metadata' }

describe('a signed request that is not signed by the software', () => {
  it.each(['', 'text', '{"redirect_uris":[]}', 'e30.e30.e30.e30.e30', `e30.${'A'.repeat(1_048_576)}.e30`])(
    'refuses what is no JWT',
    async (text) => {
      expect(await refusalOf(verify(text))).toMatchObject(invalid)
      expect(() => decodeSignedRequest(text)).toThrow(expect.objectContaining(invalid))
    },
  )

  it('refuses alg none, a MAC and an algorithm that is not listed, before any key is fetched (CDR-04)', async () => {
    const { ports, fetched } = statementPorts({ [uri]: set })
    const rsa = await clientKey('RS256', 'software-1')
    const mac = await signJwt(claims, { alg: 'HS256' }, { privateKey: Buffer.from(JSON.stringify(software.jwk)) })
    for (const jwt of [unsignedJwt(claims), mac, await sign({}, { alg: 'RS256' }, rsa)]) {
      const settings = { ...strict, algorithms: ['ES256', 'HS256', 'none'] }
      expect(await refusalOf(verifySignedRequest(jwt, { realm, statement, settings }, ports))).toMatchObject(invalid)
    }
    expect(fetched).toEqual([])
  })

  it('refuses a key from elsewhere: of the header, under the same kid, of the request itself (CDR-05, OBUK-EP-08)', async () => {
    const forger = await clientKey('ES256', 'software-1')
    const jwk = forger.jwk as JsonObject
    for (const jwt of [
      await sign({}, {}, forger),
      await sign({}, { jwk }, forger),
      await sign({ jwks: { keys: [jwk] } }, { jku: 'https://evil.example/jwks', x5u: 'https://evil.example/x5u' }, forger),
    ]) {
      expect(await refusalOf(verify(jwt))).toMatchObject(invalid)
    }
  })

  it('refuses a key that the software has revoked (OBUK-SSA-05)', async () => {
    const { ports } = statementPorts({ [uri]: set, [revokedUri]: set })
    const settings = { ...strict, revokedKeysClaim: 'software_jwks_revoked_endpoint' }
    expect(await refusalOf(verifySignedRequest(await sign(), { realm, statement, settings }, ports))).toMatchObject(invalid)
    expect((await verify(await sign(), { revokedKeysClaim: 'software_jwks_revoked_endpoint' })).use).toHaveLength(1)
  })

  it('blames a statement that names no keys', async () => {
    expect(await refusalOf(verify(await sign(), {}, { metadata: {}, claims: { software_id: 'one' } }))).toMatchObject({
      code: 'invalid_software_statement',
    })
  })

  it.each(['at+jwt', 'dpop+jwt', 7])('refuses a JWT of typ %j', async (typ) => {
    expect(await refusalOf(verify(await sign({}, { typ })))).toMatchObject(invalid)
  })
})

describe('the claims of a signed request', () => {
  it.each<readonly [string, JsonObject]>([
    ['iss of other software (OBUK-RQ-01)', { iss: 'two' }],
    ['an empty iss', { iss: '' }],
    ['no iss', { iss: null }],
    ['no iat (OBUK-RQ-02)', { iat: null }],
    ['no exp (OBUK-RQ-03)', { exp: null }],
    ['an exp in the past', { exp: issuedAt - 31, iat: issuedAt - 100 }],
    ['an iat in the future', { iat: issuedAt + 31 }],
    ['an nbf in the future', { nbf: issuedAt + 31 }],
    ['a lifetime beyond the longest', { exp: issuedAt + 596 }],
    ['an exp before its iat', { iat: issuedAt + 20, exp: issuedAt + 10 }],
    ['an audience of somebody else (OBUK-RQ-04)', { aud: 'https://other.example' }],
    ['no audience', { aud: null }],
    ['no jti (OBUK-RQ-05)', { jti: null }],
    ['a jti that is no UUID', { jti: 'one' }],
    ['a jti that is a UUID of version 1', { jti: '8d3c9a2e-5b1f-1c7d-9e0a-112233445566' }],
  ])('are refused with %s', async (_, more) => {
    const jwt = await signJwt(
      Object.fromEntries(Object.entries({ ...claims, ...more }).filter(([, value]) => value !== null)) as JsonObject,
      { alg: 'ES256', kid: 'software-1' },
      software,
    )
    expect(await refusalOf(verify(jwt))).toMatchObject(invalid)
  })

  it('are refused where the statement lacks what iss has to equal', async () => {
    const nameless = { metadata: { jwks_uri: uri }, claims: {} }
    expect(await refusalOf(verify(await sign(), {}, nameless))).toMatchObject(invalid)
  })

  it('refuses another audience even where none is required', async () => {
    expect(await refusalOf(verify(await sign({ aud: 'x' }), { audienceRequired: false }))).toMatchObject(invalid)
  })

  it('may lack what the settings do not ask for', async () => {
    const jwt = await signJwt(
      { iat: issuedAt, exp: issuedAt + 600, client_name: 'App' },
      { alg: 'ES256', typ: 'application/JWT' },
      software,
    )
    const { issuerClaim: _, ...settings } = { ...strict, jti: 'optional' as const, audienceRequired: false }
    const { ports } = statementPorts({ [uri]: set })
    expect(await verifySignedRequest(jwt, { realm, statement, settings }, ports)).toEqual({
      body: { client_name: 'App' },
      use: [],
    })
  })
})

describe('a signed request that is right', () => {
  it('is the metadata in it, without what a JWT says about itself', async () => {
    const { body } = await verify(await sign({ sub: 'x', nbf: issuedAt }))
    expect(body).toEqual({ redirect_uris: ['https://app.example/cb'], software_statement: 'a.b.c' })
    expect(decodeSignedRequest(await sign())).toEqual(body)
  })

  it('is used once for its key, whatever it calls itself', async () => {
    const { use } = await verify(await sign())
    expect(use).toEqual([
      { kind: 'request', issuer: expect.stringContaining('thumbprint'), jti: claims.jti, until: issuedAt + 331 },
    ])
    const [first] = use
    const { issuerClaim: _, ...settings } = strict
    const { ports } = statementPorts({ [uri]: set })
    const renamed = await verifySignedRequest(await sign({ iss: 'two' }), { realm, statement, settings }, ports)
    expect(renamed.use).toEqual([first])
  })

  it.each([realm.issuer, 'bank-1', ['x', 'bank-1']])('is for %j', async (aud) => {
    expect((await verify(await sign({ aud }))).body).toHaveProperty('redirect_uris')
  })

  it('is verified by keys that the statement holds itself, too', async () => {
    const inline = { metadata: { jwks: set, software_id: 'one' }, claims: {} }
    expect((await verify(await sign(), {}, inline)).use).toHaveLength(1)
  })
})
