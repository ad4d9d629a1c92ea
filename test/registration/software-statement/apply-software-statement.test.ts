import { describe, expect, it } from 'vitest'
import type { ClientMetadata, Precedence } from '../../../src/registration/index.ts'
import { applySoftwareStatement, issuerInForce } from '../../../src/registration/software-statement/apply-software-statement.ts'
import { quickstartRealm } from '../../support/realm.ts'
import { issuerEntry } from '../../support/statement-issuer.ts'

function apply(requested: ClientMetadata, attested: ClientMetadata, memberPrecedence: Record<string, Precedence> = {}) {
  return applySoftwareStatement(requested, { metadata: attested, issuer: issuerEntry({ memberPrecedence }) })
}

const twoUris = { redirect_uris: ['https://app.example/a', 'https://app.example/b'] }

describe('a member that must have the attested value', () => {
  it.each<readonly [string, ClientMetadata, ClientMetadata]>([
    ['jwks_uri', { jwks_uri: 'https://evil.example/jwks' }, { jwks_uri: 'https://app.example/jwks' }],
    ['scope', { scope: 'openid payments' }, { scope: 'openid' }],
    ['scope', { scope: 'openid' }, { scope: 'openid payments' }],
    ['redirect_uris', { redirect_uris: ['https://app.example/a'] }, twoUris],
  ])('is refused with another %s (OFBR-07)', (member, requested, attested) => {
    const { violations } = apply(requested, attested, { [member]: 'must-equal' })
    const code = member === 'redirect_uris' ? 'invalid_redirect_uri' : 'invalid_client_metadata'
    expect(violations).toEqual([expect.objectContaining({ code, member })])
  })

  it('is refused keys by value where a URL is attested (OFBR-06)', () => {
    const attested = { jwks_uri: 'https://app.example/jwks' }
    const { violations, metadata } = apply({ jwks: { keys: [] } }, attested, { jwks_uri: 'must-equal' })
    expect(violations).toEqual([expect.objectContaining({ code: 'invalid_client_metadata', member: 'jwks' })])
    expect(metadata).toEqual(attested)
  })

  it('may be left out, or be repeated in another order', () => {
    expect(apply({}, { scope: 'openid a' }, { scope: 'must-equal' })).toMatchObject({
      metadata: { scope: 'openid a' },
      violations: [],
    })
    const requested = { scope: 'a openid', redirect_uris: [...twoUris.redirect_uris].reverse() }
    const outcome = apply(requested, { scope: 'openid a', ...twoUris }, { scope: 'must-equal', redirect_uris: 'must-equal' })
    expect(outcome).toEqual({ metadata: requested, amendments: [], violations: [] })
  })
})

describe('a member that must lie within what is attested (OBUK-RQ-07, CDR-07)', () => {
  const within = { redirect_uris: 'subset', scope: 'subset', client_name: 'subset' } as const

  it('is refused when it holds more', () => {
    const { violations } = apply({ redirect_uris: ['https://app.example/a', 'https://evil.example/'] }, twoUris, within)
    expect(violations).toEqual([expect.objectContaining({ code: 'invalid_redirect_uri', member: 'redirect_uris' })])
    expect(apply({ scope: 'openid admin' }, { scope: 'openid' }, within).violations).toHaveLength(1)
  })

  it('keeps what was asked for within, and gets all when nothing was asked for', () => {
    const some = { redirect_uris: ['https://app.example/b'], scope: 'a' }
    expect(apply(some, { ...twoUris, scope: 'openid a' }, within)).toEqual({ metadata: some, amendments: [], violations: [] })
    expect(apply({}, twoUris, within)).toMatchObject({
      metadata: twoUris,
      amendments: [{ member: 'redirect_uris', to: twoUris.redirect_uris }],
    })
  })

  it('lets the statement win where a value has no parts', () => {
    expect(apply({ client_name: 'Mine' }, { client_name: 'Attested' }, within)).toMatchObject({
      metadata: { client_name: 'Attested' },
      violations: [],
    })
  })
})

describe('a member that is cut to what is attested (PING-06)', () => {
  const cut = { redirect_uris: 'intersect', scope: 'intersect' } as const

  it('is refused when nothing is left', () => {
    expect(apply({ redirect_uris: ['https://evil.example/'] }, twoUris, cut).violations).toEqual([
      expect.objectContaining({ code: 'invalid_redirect_uri', member: 'redirect_uris' }),
    ])
    expect(apply({ scope: 'admin' }, { scope: 'openid' }, cut).violations).toHaveLength(1)
  })

  it('keeps what both hold, and says what it cut', () => {
    const requested = { redirect_uris: ['https://evil.example/', 'https://app.example/b'], scope: 'b openid' }
    const { metadata, amendments, violations } = apply(requested, { ...twoUris, scope: 'openid a' }, cut)
    expect(metadata).toEqual({ redirect_uris: ['https://app.example/b'], scope: 'openid' })
    expect(amendments.map(({ member, from, to }) => ({ member, from, to }))).toEqual([
      { member: 'redirect_uris', from: requested.redirect_uris, to: ['https://app.example/b'] },
      { member: 'scope', from: 'b openid', to: 'openid' },
    ])
    expect(violations).toEqual([])
  })
})

describe('a statement that wins (RFC 7591 §3.1.1)', () => {
  it('replaces what the request says, and leaves the rest (DCR-SS-06)', () => {
    const requested = { client_name: 'Mine', contacts: ['me@app.example'], redirect_uris: ['https://evil.example/cb'] }
    const { metadata, amendments } = apply(requested, { client_name: 'Attested', ...twoUris })
    expect(metadata).toEqual({ client_name: 'Attested', contacts: ['me@app.example'], ...twoUris })
    expect(amendments.map(({ member }) => member)).toEqual(['client_name', 'redirect_uris'])
  })

  it('lets no translation of the request outdo an attested name (DCR-SS-07)', () => {
    const requested = {
      client_name: 'Mine',
      'client_name#fr': 'Banque',
      'client_name#de': 'Bank',
      'tos_uri#fr': 'https://app.example/',
    }
    const { metadata, amendments } = apply(requested, { client_name: 'Attested', 'client_name#fr': 'Atteste' })
    expect(metadata).toEqual({
      client_name: 'Attested',
      'client_name#fr': 'Atteste',
      'tos_uri#fr': 'https://app.example/',
    })
    expect(amendments.map(({ member }) => member)).toContain('client_name#de')
  })

  it('lets no untranslated name beside an attested translation stand', () => {
    expect(apply({ client_name: 'Mine' }, { 'client_name#fr': 'Atteste' }).metadata).toEqual({ 'client_name#fr': 'Atteste' })
  })

  it.each<readonly [ClientMetadata, ClientMetadata]>([
    [{ jwks: { keys: [] } }, { jwks_uri: 'https://app.example/jwks' }],
    [{ jwks_uri: 'https://evil.example/jwks' }, { jwks: { keys: [] } }],
  ])('leaves the software with one source of keys: %j with %j attested (DCR-SS-08)', (requested, attested) => {
    expect(apply(requested, attested)).toMatchObject({ metadata: attested, violations: [] })
  })

  it('leaves software_statement as it came (DCR-SS-09)', () => {
    const requested = { software_statement: 'a.b.c', client_name: 'Mine' }
    expect(apply(requested, { client_name: 'Attested' }).metadata.software_statement).toBe('a.b.c')
  })
})

describe('the statement that a client was registered with', () => {
  const issuer = issuerEntry({ memberPrecedence: { redirect_uris: 'subset' } })

  it('is of no more use once the realm does not trust its issuer', () => {
    const statement = {
      issuerId: 'directory',
      issuer: 'https://directory.example',
      digest: '',
      verifiedAt: 0,
      metadata: {},
      claims: {},
      echoed: {},
    }
    expect(issuerInForce(statement, quickstartRealm({ statementIssuers: [issuer] }))).toBe(issuer)
    for (const statementIssuers of [[], [issuerEntry({ id: 'other' })], [issuerEntry({ issuer: 'https://other.example' })]]) {
      expect(() => issuerInForce(statement, quickstartRealm({ statementIssuers }))).toThrow(
        expect.objectContaining({ code: 'unapproved_software_statement' }),
      )
    }
  })
})
