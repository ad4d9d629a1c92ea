import { Type } from 'typebox'
import { echo, oneOf } from '../metadata/echo.ts'
import { rsaBits } from '../metadata/public-key.ts'
import { registeredKeys } from '../metadata/registered-keys.ts'
import { definePolicy, type PolicyContext, type Refuse, refuse } from '../policy-authority/define-policy.ts'

type Key = ReturnType<typeof registeredKeys>[number]

export default definePolicy({
  name: 'key-strength',
  summary: 'Keys that clients register are strong, of a kind that the operator accepts, and say what they are.',
  cites: ['RFC 7518 §3.3', 'RFC 7517 §4', 'SEC-JWK-05', 'SEC-F2-07', 'OFBR-06', 'OFBR-21'],
  concerns: 'metadata',
  options: Type.Object(
    {
      rsaBitsMin: Type.Integer({
        description: 'The shortest RSA modulus; 0: no RSA keys.',
        minimum: 0,
        maximum: 16384,
        default: 2048,
      }),
      curves: Type.Array(Type.String({ minLength: 1 }), {
        description: 'Curves of EC and OKP keys (crv) that are accepted.',
        default: ['P-256', 'P-384', 'P-521', 'Ed25519', 'X25519'],
      }),
      requireKid: Type.Boolean({ description: 'Every key has a kid, so that keys can be rotated.', default: true }),
      requireUse: Type.Boolean({ description: 'Every key says what it is for: use is sig or enc.', default: false }),
      requireCertificate: Type.Boolean({ description: 'Every key comes with its certificate (x5c).', default: false }),
      requireEncryptionKey: Type.Boolean({ description: 'One of the keys has use enc.', default: false }),
      byValue: Type.Enum(['allow', 'refuse'], { description: 'Keys in the registration itself (jwks).', default: 'allow' }),
      byReference: Type.Enum(['refuse', 'allow', 'fetch'], {
        description:
          'Keys behind jwks_uri. fetch: they are fetched while the client registers or updates itself, and judged like the others. allow: nothing is known of them until they are used.',
        default: 'refuse',
      }),
    },
    { additionalProperties: false },
  ),

  judge({ metadata }, options) {
    const problems = metadata.jwks === undefined ? [] : setProblems('jwks', registeredKeys(metadata), options)
    return [...problems, ...placeProblems(metadata, options)]
  },

  remoteKeys: {
    isWanted: ({ byReference }) => byReference === 'fetch',
    judge: (keys, options) => setProblems('jwks_uri', keys, options),
  },

  examples: {
    options: {
      rsaBitsMin: 0,
      curves: ['P-256'],
      requireKid: true,
      requireUse: true,
      requireCertificate: false,
      requireEncryptionKey: false,
      byValue: 'allow',
      byReference: 'refuse',
    },
    allows: [
      {},
      {
        jwks: {
          keys: [
            {
              kty: 'EC',
              crv: 'P-256',
              kid: 'one',
              use: 'sig',
              x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
              y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
            },
          ],
        },
      },
    ],
    refuses: [
      { jwks_uri: 'https://app.example/jwks' },
      { jwks: { keys: [{ kty: 'RSA', kid: 'one', use: 'sig', n: 'AQAB', e: 'AQAB' }] } },
      { jwks: { keys: [{ kty: 'EC', crv: 'P-384', kid: 'one', use: 'sig' }] } },
      { jwks: { keys: [{ kty: 'EC', crv: 'P-256', use: 'sig' }] } },
      { jwks: { keys: [{ kty: 'EC', crv: 'P-256', kid: 'one' }] } },
      { jwks: { keys: [{ kty: 'AKP', kid: 'one', use: 'sig' }] } },
    ],
    cases: [
      {
        title: 'counts the bits of a modulus without its leading zeros',
        options: {
          rsaBitsMin: 32,
          curves: [],
          requireKid: false,
          requireUse: false,
          requireCertificate: true,
          requireEncryptionKey: true,
          byValue: 'refuse',
          byReference: 'allow',
        },
        given: { operation: 'update', metadata: { jwks: { keys: [{ kty: 'RSA', n: 'AAAAAAABAAE', e: 'AQAB' }] } } },
        yields: ['refuse', 'refuse', 'refuse', 'refuse'],
      },
    ],
  },
})

interface Rules {
  readonly rsaBitsMin: number
  readonly curves: readonly string[]
  readonly requireKid: boolean
  readonly requireUse: boolean
  readonly requireCertificate: boolean
  readonly requireEncryptionKey: boolean
  readonly byValue: 'allow' | 'refuse'
  readonly byReference: 'refuse' | 'allow' | 'fetch'
}

function setProblems(member: 'jwks' | 'jwks_uri', keys: readonly Key[], rules: Rules): readonly Refuse[] {
  const set = member === 'jwks' ? 'jwks' : 'the key set behind jwks_uri'
  const problems = keys.flatMap((key, index) =>
    keyProblems(key, rules).map((problem) => `${set} must not have a key number ${index + 1} that ${problem}`),
  )
  const lacksEncryption = rules.requireEncryptionKey && !keys.some(({ use }) => use === 'enc')
  return [...problems, ...(lacksEncryption ? [`${set} must hold a key with use enc`] : [])].map((reason) =>
    refuse('invalid_client_metadata', member, reason),
  )
}

function keyProblems(key: Key, rules: Rules): readonly string[] {
  return [
    materialProblem(key, rules),
    rules.requireKid && key['kid'] === undefined ? 'lacks kid' : undefined,
    rules.requireUse && key['use'] !== 'sig' && key['use'] !== 'enc' ? 'lacks use, sig or enc' : undefined,
    rules.requireCertificate && key['x5c'] === undefined ? 'lacks x5c, its certificate' : undefined,
  ].filter((problem) => problem !== undefined)
}

function materialProblem(key: Key, { rsaBitsMin, curves }: Rules): string | undefined {
  if (key['kty'] !== 'RSA') {
    const isAccepted = typeof key['crv'] === 'string' && curves.includes(key['crv'])
    return isAccepted ? undefined : `has kty ${echo(shownType(key))} with a crv other than ${oneOf(curves)}`
  }
  if (rsaBitsMin === 0) return `is an RSA key; send one with crv ${oneOf(curves)}`
  return rsaBits(key) < rsaBitsMin ? `has an RSA modulus of less than ${rsaBitsMin} bits` : undefined
}

function shownType({ kty }: Key): string {
  return typeof kty === 'string' ? kty : 'of no text'
}

function placeProblems({ jwks, jwks_uri: jwksUri }: PolicyContext['metadata'], { byValue, byReference }: Rules) {
  const isByValue = byValue === 'refuse' && jwks !== undefined
  const isByReference = byReference === 'refuse' && jwksUri !== undefined
  return [
    ...(isByValue ? [refuse('invalid_client_metadata', 'jwks', 'jwks must be left out; send jwks_uri')] : []),
    ...(isByReference
      ? [refuse('invalid_client_metadata', 'jwks_uri', 'jwks_uri must be left out; send the keys themselves in jwks')]
      : []),
  ]
}
