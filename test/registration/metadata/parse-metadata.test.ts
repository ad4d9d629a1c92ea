import { describe, expect, it } from 'vitest'
import type { JsonValue } from '../../../src/registration/index.ts'
import { findMember, isServerMember, memberNames, parseMetadata } from '../../../src/registration/metadata/index.ts'
import { quickstartCapabilities, quickstartFeatures, quickstartRealm } from '../../support/realm.ts'
import { refusalFrom } from './admit.ts'

const realm = quickstartRealm()
const everything = quickstartRealm({
  capabilities: quickstartCapabilities({
    features: { ...quickstartFeatures, encryption: true, requestUris: true, frontchannelLogout: true },
  }),
})
const parse = (body: JsonValue) => parseMetadata(body, realm)
const refusal = (body: JsonValue) => refusalFrom(() => parse(body))

const samples: Readonly<Record<string, JsonValue>> = {
  string: 'x',
  scope: 'openid',
  statement: 'a.b.c',
  uri: 'https://app.example/',
  'string-array': ['x'],
  'uri-array': ['https://app.example/'],
  boolean: true,
  integer: 7,
  object: { keys: [] },
}
const wrongSamples: readonly JsonValue[] = [42.5, -1, true, 'text', ['text'], [1], [null], [''], { a: 1 }]

describe('a body', () => {
  it.each([[[]], ['text'], [null], [7], [true], [[{ client_name: 'x' }]]])('that is %j is refused (DCR-REQ-01)', (body) => {
    expect(refusal(body).code).toBe('invalid_client_metadata')
  })

  it('loses what is not understood and what only a server issues (DCR-REQ-02, DCR-REQ-10)', () => {
    const issued = { client_id: 'mine', client_secret: 's', client_id_issued_at: 1, client_secret_expires_at: 0 }
    const body = {
      x_unknown: true,
      Redirect_URIs: [],
      client: {},
      ...issued,
      registration_access_token: 't',
      registration_client_uri: 'u',
    }
    expect(parse({ ...body, client_name: 'Kept' })).toEqual({ client_name: 'Kept' })
    expect(Object.keys(issued).every(isServerMember)).toBe(true)
  })

  it('takes null and the empty string for absence, and an empty array for what it says (DCR-REQ-07)', () => {
    expect(parse({ logo_uri: '', scope: '', contacts: null, jwks: null, grant_types: [], redirect_uris: [] })).toEqual({
      grant_types: [],
      redirect_uris: [],
    })
  })

  it('cannot reach a prototype (DCR-REQ-11)', () => {
    const body: JsonValue = JSON.parse(
      '{"__proto__":{"admin":true},"constructor":"x","prototype":"y","toString":"z","client_name":"N"}',
    )
    const metadata = parse(body)
    expect(Object.keys(metadata)).toEqual(['client_name'])
    expect(Object.getPrototypeOf(metadata)).toBe(Object.prototype)
    expect(refusal(JSON.parse('{"jwks":{"keys":[{"__proto__":{"kty":"RSA"}}]}}')).message).toContain('jwks')
  })

  it('tells all of its faults at once, redirect URIs first (DCR-ERR-03)', () => {
    const { code, violations } = refusal({ contacts: 'me', client_name: 7, redirect_uris: 'https://app.example/cb' })
    expect(code).toBe('invalid_redirect_uri')
    expect(violations.map(({ member }) => member)).toEqual(['redirect_uris', 'contacts', 'client_name'])
  })
})

describe('every member of the registry', () => {
  for (const name of memberNames()) {
    const member = findMember(name)
    if (member === undefined) throw new Error(`${name} has no row`)

    it(`${name} is ${member.needs === 'unserved' ? 'ignored, since nothing here honours it' : `read as ${member.type}`} (DCR-REQ-09)`, () => {
      const body = { [name]: samples[member.type] ?? null }
      expect(parseMetadata(body, everything)).toEqual(member.needs === 'unserved' ? {} : body)
    })

    if (member.needs !== 'unserved') {
      it(`${name} is refused in any other JSON type (DCR-REQ-09)`, () => {
        for (const value of wrongSamples.filter((sample) => !isOfSameShape(sample, member.type))) {
          const { code, violations } = refusalFrom(() => parseMetadata({ [name]: value }, everything))
          expect(code).toBe(name === 'redirect_uris' ? 'invalid_redirect_uri' : 'invalid_client_metadata')
          expect(violations[0]?.member).toBe(name)
        }
      })
    }
  }
})

function isOfSameShape(value: JsonValue, type: string): boolean {
  if (typeof value === 'string') return ['string', 'scope', 'statement', 'uri'].includes(type)
  if (typeof value === 'boolean') return type === 'boolean'
  if (Array.isArray(value)) return type.endsWith('array') && value[0] === 'text'
  return type === 'object' && typeof value === 'object'
}

describe('sizes and characters', () => {
  it.each([
    ['client_name', 'x'.repeat(513)],
    ['client_name', 'line\nbreak'],
    ['client_name', 'nul\u0000'],
    ['client_name', 'C1 \u0085'],
    ['client_name', 'half \ud83d'],
    ['software_version', '\ude00'],
    ['client_uri', `https://app.example/${'x'.repeat(2048)}`],
    ['contacts', Array.from({ length: 51 }, (_, index) => `a${index}@app.example`)],
    ['redirect_uris', Array.from({ length: 10_000 }, (_, index) => `https://app.example/${index}`)],
    ['scope', 'openid "quoted"'],
    ['scope', 'back\\slash'],
    ['scope', 'sch\u00f6n'],
    ['scope', 'x'.repeat(4097)],
    ['software_statement', 'x'.repeat(40_000)],
    ['default_max_age', -1],
    ['default_max_age', 1.5],
    ['default_max_age', 2 ** 60],
    ['jwks', { keys: ['x'.repeat(200_000)] }],
    ['jwks', nested(10_000)],
    ['jwks', { keys: [{ kid: 'a\nb' }] }],
  ] satisfies [string, JsonValue][])(
    '%s beyond bounds is refused with a description in ASCII (DCR-REQ-08, SEC-INJ-03)',
    (name, value) => {
      const { message, violations } = refusal({ [name]: value })
      expect(violations[0]?.member).toBe(name)
      expect(message).toMatch(/^[ !#-[\]-~]+$/)
    },
  )

  it('are no obstacle to any script, to emoji, or to a maximum age of zero (OIDR-MD-19)', () => {
    const body = { client_name: '港のツール 🚢 e\u0301', default_max_age: 0, scope: 'openid' }
    expect(parse(body)).toEqual(body)
  })
})

describe('language variants', () => {
  it('are kept under the name they were sent with (DCR-I18N-01)', () => {
    const body = {
      client_name: 'Port',
      'client_name#ja-Jpan-JP': '港',
      'tos_uri#pt-BR': 'https://app.example/br',
      'client_name#x-own': 'P',
    }
    expect(parse(body)).toEqual(body)
  })

  it.each([
    'client_name#',
    'client_name#<script>',
    'client_name#en_US',
    'client_name#e',
    `client_name#en-${'a'.repeat(9)}`,
    'redirect_uris#fr',
  ])('are dropped as unknown when written %s (DCR-I18N-07)', (name) =>
    expect(parse({ [name]: 'x', client_name: 'Port' })).toEqual({ client_name: 'Port' }),
  )

  it('in two spellings of one tag are refused (DCR-I18N-02)', () => {
    expect(refusal({ 'client_name#fr': 'a', 'client_name#FR': 'b' }).message).toContain('client_name#FR')
    expect(parse({ 'client_name#fr': 'a', 'client_name#FR': '' })).toEqual({ 'client_name#fr': 'a' })
  })

  it('are limited in number (DCR-I18N-07)', () => {
    const many = Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`client_name#x-${index}`, 'n']))
    expect(refusal(many).message).toContain('language variants')
  })

  it('are held to the type of their member (DCR-I18N-06)', () => {
    expect(refusal({ 'client_name#fr': 7 }).violations[0]?.member).toBe('client_name#fr')
  })
})

describe('a member whose feature is off', () => {
  const bare = quickstartRealm({
    capabilities: quickstartCapabilities({
      features: {
        ...quickstartFeatures,
        dPoP: false,
        mTLS: false,
        pushedAuthorizationRequests: false,
        requestObjects: false,
        ciba: false,
      },
    }),
  })

  it.each([
    'dpop_bound_access_tokens',
    'tls_client_certificate_bound_access_tokens',
    'require_pushed_authorization_requests',
    'require_signed_request_object',
  ])('%s is refused when it asks for protection, and ignored when it does not (DCR-UNK-05)', (name) => {
    expect(refusalFrom(() => parseMetadata({ [name]: true }, bare)).violations[0]?.member).toBe(name)
    expect(parseMetadata({ [name]: false }, bare)).toEqual({})
  })

  it('is refused when it asks for encryption that would not happen (DCR-UNK-05)', () => {
    expect(refusal({ id_token_encrypted_response_alg: 'RSA-OAEP' }).message).toContain('id_token_encrypted_response_alg')
  })

  it('is unknown otherwise, whatever its type (DCR-UNK-01, DCR-UNK-02)', () => {
    expect(
      parseMetadata(
        { backchannel_token_delivery_mode: 7, tls_client_auth_san_dns: 'a', request_object_encryption_alg: 'dir' },
        bare,
      ),
    ).toEqual({})
  })
})

function nested(levels: number): JsonValue {
  let value: JsonValue = {}
  for (let level = 0; level < levels; level += 1) value = { keys: value }
  return value
}
