import { describe, expect, it } from 'vitest'
import type { JsonObject, JsonValue, Realm, StatementIssuer } from '../../../src/registration/index.ts'
import { verifySoftwareStatement } from '../../../src/registration/software-statement/verify-software-statement.ts'
import { refusalOf } from '../../support/refusal-of.ts'
import { createDirectory, issuedAt, statementPorts } from '../../support/statement-issuer.ts'

const directory = await createDirectory()

async function verify(claims: JsonObject, changes: Partial<StatementIssuer> = {}, realm: Partial<Realm> = {}) {
  const statement = await directory.sign(claims)
  return verifySoftwareStatement(statement, { ...directory.realm(changes), ...realm }, statementPorts().ports)
}

const invalid = { code: 'invalid_software_statement' }
const unapproved = { code: 'unapproved_software_statement' }

describe('the time of a statement (DCR-SS-12, SSP-07)', () => {
  it.each<readonly [string, JsonObject, Partial<StatementIssuer>]>([
    ['expired beyond the skew', { exp: issuedAt - 30 }, {}],
    ['not valid yet', { nbf: issuedAt + 31 }, {}],
    ['from the future', { iat: issuedAt + 31 }, {}],
    ['301 seconds old where 300 are allowed (OFBR-05)', { iat: issuedAt - 301 }, { maxAgeSeconds: 300 }],
    ['without iat where an age is asked for', { iat: null }, { maxAgeSeconds: 300 }],
    ['without exp where it is required', {}, { requireExpiry: true }],
    ['with an exp in words', { exp: 'tomorrow' }, {}],
    ['with an exp before 1970', { exp: -1 }, {}],
    ['with an exp that no calendar knows', { exp: 1e300 }, {}],
    ['with an iat that is an object', { iat: { value: issuedAt } }, {}],
  ])('refuses one %s', async (_, claims, changes) => {
    expect(await refusalOf(verify(claims, changes))).toMatchObject(invalid)
  })

  it.each<readonly [string, JsonObject, Partial<StatementIssuer>]>([
    ['expired within the skew', { exp: issuedAt - 29 }, {}],
    ['valid within the skew', { nbf: issuedAt + 30 }, {}],
    ['issued by a clock that is a little ahead', { iat: issuedAt + 30 }, { maxAgeSeconds: 300 }],
    ['exactly as old as it may be', { iat: issuedAt - 300 }, { maxAgeSeconds: 300 }],
    ['with fractions of a second', { iat: issuedAt - 0.5, exp: issuedAt + 0.5 }, {}],
  ])('accepts one %s', async (_, claims, changes) => {
    expect((await verify(claims, changes)).metadata).toEqual({ client_name: 'Attested' })
  })
})

describe('the audience', () => {
  const realmIssuer = 'http://localhost:4400'

  it('refuses a statement for somebody else, unless the entry does not look', async () => {
    for (const aud of ['https://other.example', ['https://other.example'], [], 7, [realmIssuer.toUpperCase()]]) {
      expect(await refusalOf(verify({ aud }))).toMatchObject(invalid)
      expect(await refusalOf(verify({ aud }, { audience: 'required' }))).toMatchObject(invalid)
      expect((await verify({ aud }, { audience: 'ignored' })).issuer.id).toBe('directory')
    }
  })

  it('refuses a statement for nobody where one is required', async () => {
    expect(await refusalOf(verify({}, { audience: 'required' }))).toMatchObject(invalid)
  })

  it('accepts the issuer of the realm and whatever the entry names', async () => {
    for (const aud of [realmIssuer, ['https://other.example', realmIssuer], 'bank-1']) {
      expect((await verify({ aud }, { audience: 'required', audiences: ['bank-1'] })).issuer.id).toBe('directory')
    }
  })
})

describe('a statement that admits one client, once (SSP-09)', () => {
  it('must have a jti that is a text', async () => {
    for (const jti of [null, '', 7, 'x'.repeat(513), 'two\nlines']) {
      expect(await refusalOf(verify({ jti }, { replay: 'refused' }))).toMatchObject(invalid)
    }
  })

  it.each<readonly [string, JsonObject, Partial<StatementIssuer>, number]>([
    ['its end and the skew', { exp: issuedAt + 600 }, {}, issuedAt + 631],
    ['its age', {}, { maxAgeSeconds: 300 }, issuedAt - 10 + 301],
    ['whichever comes first', { exp: issuedAt + 600 }, { maxAgeSeconds: 300 }, issuedAt - 10 + 301],
    ['the end of all times where it never ages', {}, {}, 253_402_300_799],
  ])('is remembered until %s', async (_, claims, changes, until) => {
    const { use } = await verify({ jti: 'one', ...claims }, { replay: 'refused', ...changes })
    expect(use).toEqual([{ kind: 'statement', issuer: 'https://directory.example', jti: 'one', until }])
  })

  it('is not remembered where it may be presented again (OBUK-SSA-04)', async () => {
    expect((await verify({ jti: 'one' })).use).toEqual([])
  })
})

describe('claims that have to be there (SSP-10, CDR-03)', () => {
  const requiredClaims = {
    software_id: 'string',
    software_roles: 'array',
    org: 'object',
    level: 'number',
    live: 'boolean',
    any: 'any',
  } as const
  const whole = { software_id: 'a', software_roles: ['x'], org: {}, level: 0, live: false, any: 'y' }

  it.each<readonly [string, JsonValue]>([
    ['software_id', 7],
    ['software_id', ''],
    ['software_roles', 'x'],
    ['org', []],
    ['level', '0'],
    ['live', 'false'],
    ['any', null],
  ])('refuses %s of %j, and names the claim', async (name, value) => {
    const refusal = await refusalOf(verify({ ...whole, [name]: value }, { requiredClaims }))
    expect(refusal).toMatchObject({ ...invalid, message: expect.stringContaining(name) })
  })

  it('accepts a statement that has them all, nested ones by their path', async () => {
    const nested = { ...requiredClaims, 'org.id': 'string' } as const
    expect(await refusalOf(verify(whole, { requiredClaims: nested }))).toMatchObject(invalid)
    expect((await verify({ ...whole, org: { id: 'b' } }, { requiredClaims: nested })).issuer.id).toBe('directory')
  })
})

describe('software that is not approved (SSP-12)', () => {
  const statusChecks = [
    { claim: 'org_status', accepted: ['Active'] },
    { claim: 'software.mode', accepted: ['Live', 'Test'] },
  ]

  it.each<readonly [string, JsonObject]>([
    ['withdrawn', { org_status: 'Withdrawn', software: { mode: 'Live' } }],
    ['of no status', { software: { mode: 'Live' } }],
    ['of another mode', { org_status: 'Active', software: { mode: 'live' } }],
    ['of several modes, one of them wrong', { org_status: 'Active', software: { mode: ['Live', 'Broken'] } }],
    ['of an empty list of modes', { org_status: 'Active', software: { mode: [] } }],
  ])('is refused when %s', async (_, claims) => {
    expect(await refusalOf(verify(claims, { statusChecks }))).toMatchObject(unapproved)
  })

  it('is accepted otherwise', async () => {
    const { claims } = await verify({ org_status: 'Active', software: { mode: ['Live'] } }, { statusChecks })
    expect(claims).toMatchObject({ org_status: 'Active' })
  })
})

describe('the metadata that a statement attests (SSP-11)', () => {
  it('is what is called like a member, and what is mapped to one, translations included', async () => {
    const { metadata } = await verify(
      {
        client_name: 'Short',
        software_client_name: 'Long',
        'software_client_name#fr': 'Longue',
        software_jwks_endpoint: 'https://directory.example/software.jwks',
        software: { redirect_uris: ['https://app.example/cb'] },
        'https://claims.example/terms.html': 'https://app.example/terms',
        org_name: 'Bank',
      },
      {
        claimMap: {
          software_client_name: 'client_name',
          software_jwks_endpoint: 'jwks_uri',
          'software.redirect_uris': 'redirect_uris',
          'https://claims.example/terms.html': 'tos_uri',
          not_there: 'logo_uri',
        },
      },
    )
    expect(metadata).toEqual({
      client_name: 'Long',
      'client_name#fr': 'Longue',
      jwks_uri: 'https://directory.example/software.jwks',
      redirect_uris: ['https://app.example/cb'],
      tos_uri: 'https://app.example/terms',
    })
  })

  it('has the form of its members, whichever way a directory writes them', async () => {
    const { metadata } = await verify({
      grant_types: 'authorization_code  refresh_token',
      response_types: 'code',
      redirect_uris: 'https://app.example/a https://app.example/b',
      scope: ['openid', 'accounts'],
      software_version: 1.1,
      software_id: ['one'],
      contacts: '',
    })
    expect(metadata).toEqual({
      client_name: 'Attested',
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      redirect_uris: ['https://app.example/a', 'https://app.example/b'],
      scope: 'openid accounts',
      software_version: '1.1',
      software_id: 'one',
    })
  })

  it('keeps one response type of several words whole', async () => {
    expect((await verify({ response_types: 'code id_token' })).metadata.response_types).toEqual(['code id_token'])
  })

  it('holds neither what a server issues nor another statement nor the bookkeeping (DCR-SS-13)', async () => {
    const { metadata, claims } = await verify(
      {
        client_id: 'chosen',
        client_secret: 'known',
        registration_access_token: 'known',
        software_statement: 'nested',
        sub: 'x',
        jti: 'y',
        alias: 'chosen',
      },
      { claimMap: { alias: 'client_id', sub: 'software_statement' } },
    )
    expect(metadata).toEqual({ client_name: 'Attested' })
    expect(Object.keys(claims)).not.toContain('jti')
  })

  it.each<readonly [string, JsonValue]>([
    ['redirect_uris', { a: 1 }],
    ['redirect_uris', [7]],
    ['client_name', { en: 'x' }],
    ['jwks', 'text'],
    ['scope', 'a"b'],
    ['require_auth_time', 'true'],
  ])('is refused with a reason that names the member when %s is %j', async (name, value) => {
    const refusal = await refusalOf(verify({ [name]: value }))
    expect(refusal).toMatchObject({ ...invalid, message: expect.stringContaining(name) })
    expect(refusal.violations).toEqual([expect.objectContaining({ ...invalid, member: 'software_statement' })])
  })
})

describe('claims that answers show (SSP-25)', () => {
  const claims = { org_name: 'Bank', software_client_name: 'Long', client_id: 'chosen', scope: 'openid', software_id: 'one' }
  const claimMap = { software_client_name: 'client_name' }

  it.each<readonly [StatementIssuer['echo'], JsonObject]>([
    ['all', { org_name: 'Bank', software_client_name: 'Long' }],
    ['mapped', { software_client_name: 'Long' }],
    [['org_name', 'scope', 'client_id', 'iss'], { org_name: 'Bank' }],
  ])('are, with %j, never what is called like a member', async (echo, shown) => {
    expect((await verify(claims, { echo, claimMap })).clientStatement.echoed).toEqual(shown)
  })
})
