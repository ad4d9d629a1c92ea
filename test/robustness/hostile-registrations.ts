import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { memberNames } from '../../src/registration/metadata/members.ts'

/** A body as it goes over the wire, and what its header says of it. */
export interface HostileBody {
  readonly bytes: Uint8Array
  readonly contentType: string
}

/** Everything that a registration endpoint may be sent: from what has no structure at all to what is nearly right. */
export function hostileBody(): fc.Arbitrary<HostileBody> {
  return fc.record({
    bytes: fc.oneof(
      { weight: 2, arbitrary: fc.uint8Array({ maxLength: 300 }) },
      { weight: 3, arbitrary: fc.json().map(encode) },
      { weight: 6, arbitrary: mutatedRegistration().map(toBytes) },
      { weight: 6, arbitrary: hostileMetadata().map(toBytes) },
      { weight: 2, arbitrary: damagedText().map(encode) },
      { weight: 1, arbitrary: fc.constantFrom(...oddities).map(encode) },
    ),
    contentType: fc.oneof(
      { weight: 30, arbitrary: fc.constant('application/json') },
      {
        weight: 1,
        arbitrary: fc.constantFrom('application/json; charset=utf-16', 'text/plain', 'application/jwt', 'application/xml', '*/*'),
      },
    ),
  })
}

/** What real clients send, and what is refused as a rule, too. */
const fieldRegistrations: readonly Readonly<Record<string, unknown>>[] = readdirSync('test/fixtures/registrations').map(
  (name) => {
    const { body } = JSON.parse(readFileSync(join('test/fixtures/registrations', name), 'utf8')) as {
      body: Record<string, unknown>
    }
    return body
  },
)

function mutatedRegistration(): fc.Arbitrary<object> {
  const change = fc.oneof(
    memberName().chain((name) => hostileValue(name).map((value) => ({ name, value }))),
    memberName().map((name) => ({ name, value: undefined })),
  )
  return fc
    .tuple(fc.constantFrom(...fieldRegistrations), fc.array(change, { maxLength: 3 }))
    .map(([body, changes]) => ({ ...body, ...Object.fromEntries(changes.map(({ name, value }) => [name, value])) }))
}

function hostileMetadata(): fc.Arbitrary<object> {
  const member = memberName().chain((name) => hostileValue(name).map((value) => [name, value] as const))
  return fc.array(member, { maxLength: 8 }).map((members) => Object.fromEntries(members))
}

/** Text that was JSON before something happened to it on the way. */
function damagedText(): fc.Arbitrary<string> {
  const damage = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    cut: fc.nat(20),
    put: fc.oneof(fc.string(), hostileString()),
  })
  return fc.tuple(fc.constantFrom(...fieldRegistrations), damage).map(([body, { at, cut, put }]) => {
    const text = JSON.stringify(body)
    const place = Math.floor(at * text.length)
    return text.slice(0, place) + put + text.slice(place + cut)
  })
}

const serverMembers = [
  'client_id',
  'client_secret',
  'client_id_issued_at',
  'client_secret_expires_at',
  'registration_access_token',
]
const innards = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'then',
  'toJSON',
  '',
  'realm',
  'state',
  'revision',
]

function memberName(): fc.Arbitrary<string> {
  const known = fc.constantFrom(...memberNames())
  return fc.oneof(
    { weight: 12, arbitrary: known },
    { weight: 3, arbitrary: fc.tuple(known, languageTag()).map(([name, tag]) => `${name}#${tag}`) },
    { weight: 1, arbitrary: fc.constantFrom(...serverMembers, ...innards) },
    { weight: 1, arbitrary: hostileString() },
  )
}

function languageTag(): fc.Arbitrary<string> {
  const wellFormed = fc.constantFrom('de', 'pt-BR', 'ja-Jpan-JP', 'zh-Hant', 'x-private', 'sl-rozaj-biske-1994')
  const broken = fc.constantFrom('', '#', 'de#en', 'de--AT', '-', 'x', '*', 'ü', 'a'.repeat(300), 'de ', '../de', '\0')
  return fc.oneof({ weight: 2, arbitrary: wellFormed }, broken, fc.string({ maxLength: 10 }))
}

/** Half of the time the kind of value that belongs there, so that what comes after the syntax is reached as well. */
function hostileValue(name: string): fc.Arbitrary<unknown> {
  const fitting = name.startsWith('jwks') && !name.startsWith('jwks_uri') ? keySet() : fittingValue(name)
  return fc.oneof(
    { weight: 3, arbitrary: fitting },
    { weight: 1, arbitrary: fc.jsonValue() },
    { weight: 1, arbitrary: hostileString() },
  )
}

function fittingValue(name: string): fc.Arbitrary<unknown> {
  if (/_uris(#|$)/.test(name)) return fc.array(hostileUri(), { maxLength: 6 })
  if (/_(uri|endpoint)(#|$)/.test(name)) return hostileUri()
  if (/_(types|values|supported)(#|$)|^contacts|^keywords/.test(name))
    return fc.array(fc.oneof(word(), hostileString()), { maxLength: 6 })
  if (/required|bound|aliases|parameter$|^require_/.test(name)) return fc.constantFrom(true, false, 'true', 'false', 1, null, '')
  if (name === 'default_max_age') return fc.oneof(fc.integer(), fc.constantFrom(-0, 2 ** 53, 1e308, 0.1, '3600', -1))
  return fc.oneof(word(), word(), hostileString())
}

function word(): fc.Arbitrary<string> {
  return fc.constantFrom(...words)
}

const words = [
  ...[
    'authorization_code',
    'refresh_token',
    'client_credentials',
    'implicit',
    'password',
    'code',
    'token',
    'code id_token',
    'none',
  ],
  ...['urn:ietf:params:oauth:grant-type:device_code', 'urn:openid:params:grant-type:ciba', 'poll', 'push', 'pairwise', 'public'],
  ...[
    'client_secret_basic',
    'client_secret_post',
    'client_secret_jwt',
    'private_key_jwt',
    'tls_client_auth',
    'self_signed_tls_client_auth',
  ],
  ...[
    'RS256',
    'PS256',
    'ES256',
    'EdDSA',
    'HS256',
    'RSA-OAEP',
    'ECDH-ES',
    'A256GCM',
    'web',
    'native',
    'openid profile',
    'mcp:tools',
  ],
  ...['CN=client,O=Example', '192.0.2.1', 'client.example', 'ada@client.example', 'mcp_tool'],
]

function hostileString(): fc.Arbitrary<string> {
  return fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.constantFrom(
      ...[
        '\0',
        '\u0000\u0001\u007f\u0085',
        '\u202etxt.exe',
        '\ufeff',
        '\ufffe',
        '\ud800',
        'a\udfff',
        'İıſK',
        '\u2028\u2029',
        '\r\nset-cookie: a=b',
      ],
      ...[
        '<script>alert(1)</script>',
        "'; drop table clients; --",
        '$1',
        '%00',
        '%s%n',
        ['$', '{7*7}'].join(''),
        '../../etc/passwd',
        '{"a":1}',
        '\\',
      ],
      ...['a'.repeat(5_000), '😀'.repeat(300), 'e\u0301'.repeat(200), ' '.repeat(100), '9'.repeat(400), 'a.'.repeat(2_000)],
      ...['eyJhbGciOiJub25lIn0.e30.', 'a.b.c', 'eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJ4In0.c2ln'],
    ),
  )
}

/** By address alone where something could be fetched: a name would ask somebody's name server. */
function hostileUri(): fc.Arbitrary<string> {
  return fc.oneof(
    {
      weight: 4,
      arbitrary: fc.constantFrom(
        'https://app.example/cb',
        'http://localhost:8080/cb',
        'http://127.0.0.1/cb',
        'com.example.app:/cb',
        'cursor://x/cb',
      ),
    },
    {
      weight: 4,
      arbitrary: fc.constantFrom(
        ...[
          'javascript:alert(1)',
          'data:text/html,x',
          'file:///etc/passwd',
          'vbscript:x',
          'blob:https://a/b',
          'about:blank',
          'urn:x:y',
        ],
        ...[
          'https://a@127.0.0.1/',
          'https://127.0.0.1:1@[::1]/',
          'https://[::1]:99999/',
          'https://[::1',
          'https://169.254.169.254/latest/meta-data',
        ],
        ...[
          'https://0x7f.1/',
          'https://2130706433/',
          'https://[::ffff:127.0.0.1]/',
          'https://127.1/',
          'https:///',
          'https://',
          'https:127.0.0.1',
          '//x/y',
        ],
        ...[
          'https://app.example/cb#f',
          'https://app.example/cb?a=%zz',
          'https://app.example/%',
          'https://app.example\\@127.0.0.1/',
          'https://app.example/\t',
        ],
        ...[
          'https://*/cb',
          'https://*.example/cb',
          'https://xn--/cb',
          'https://ä.example/ü',
          'https://app.example:0/',
          `https://127.0.0.1/${'a'.repeat(3000)}`,
        ],
        ...[
          'http://localhost.:80/cb',
          'http://LOCALHOST/cb',
          'HTTPS://APP.EXAMPLE/cb',
          'https://app.example/../cb',
          'x:',
          ':',
          '',
          ' https://app.example/',
        ],
      ),
    },
    {
      weight: 1,
      arbitrary: fc.tuple(fc.constantFrom('https://127.0.0.1/', 'com.example:/', ''), fc.string()).map((parts) => parts.join('')),
    },
  )
}

function keySet(): fc.Arbitrary<unknown> {
  const text = fc.oneof(fc.constantFrom(...keyTexts), hostileString())
  const key = fc.record(
    {
      kty: fc.oneof(fc.constantFrom('RSA', 'EC', 'OKP', 'oct', 'AKP', 'none'), text),
      crv: fc.constantFrom('P-256', 'P-384', 'secp256k1', 'Ed25519', 'X25519', 'P-999'),
      ...{ kid: text, alg: word(), use: fc.constantFrom('sig', 'enc', 'x', ''), key_ops: fc.array(text, { maxLength: 3 }) },
      ...{
        n: text,
        e: fc.constantFrom('AQAB', 'AA', '', '!'),
        x: text,
        y: text,
        d: text,
        k: text,
        x5c: fc.array(text, { maxLength: 2 }),
      },
    },
    { requiredKeys: [] },
  )
  return fc.oneof(
    { weight: 4, arbitrary: fc.record({ keys: fc.array(key, { maxLength: 4 }) }) },
    {
      weight: 1,
      arbitrary: fc.constantFrom({}, { keys: [] }, { keys: {} }, { keys: [null] }, { keys: [[]] }, [], {
        keys: Array(200).fill({ kty: 'RSA' }),
      }),
    },
  )
}

const keyTexts = [
  // The key of RFC 7517 A.1, whole and by halves.
  ...['MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4', '4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM'],
  ...['11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo', 'AQAB', 'A'.repeat(342), 'A'.repeat(4000), '=', 'AA==', 'ÄÖ'],
]

const oddities = [
  ...[
    '',
    ' ',
    'null',
    'true',
    '0',
    '""',
    '[]',
    '{}',
    '[{}]',
    '{',
    '}',
    '{"a":1}{"a":1}',
    "{'a':1}",
    '{"a":1,}',
    '\u2028{}',
    '\ufeff{}',
  ],
  ...[
    '{"redirect_uris":["https://app.example/cb"],"redirect_uris":["https://evil.example/"]}',
    '{"__proto__":{"redirect_uris":["https://a/b"]}}',
  ],
  ...[
    '{"default_max_age":1e999}',
    '{"default_max_age":-0}',
    '{"client_name":"\\ud800"}',
    '{"client_name":"\\u0000"}',
    '{"scope":"\\\\"}',
  ],
  ...[
    '['.repeat(10_000),
    `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`,
    `"${'a'.repeat(60_000)}"`,
    `[${'0,'.repeat(30_000)}0]`,
  ],
  `{${Array.from({ length: 3000 }, (_, index) => `"m${index}":1`).join(',')}}`,
  `{"client_name":"${'a'.repeat(70_000)}"}`,
]

function toBytes(value: object): Uint8Array {
  return encode(JSON.stringify(value))
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}
