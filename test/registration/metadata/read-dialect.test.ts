import { describe, expect, it } from 'vitest'
import { type JsonObject, Refusal } from '../../../src/registration/index.ts'
import { readDialect } from '../../../src/registration/metadata/read-dialect.ts'
import { issueCertificate } from '../../support/certificates.ts'

const words = {
  members: { client_description: 'description', display_name: 'client_name' },
  lists: { scopes: 'scope' },
  classes: {
    client_type: { member: 'token_endpoint_auth_method', means: { Public: { is: 'none' }, Confidential: { isNot: 'none' } } },
  },
  certificates: ['x509'],
} as const

async function membersRefused(body: JsonObject): Promise<readonly (string | undefined)[]> {
  const error = await readDialect(body, words).catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(Refusal)
  return (error as Refusal).violations.map(({ member }) => member)
}

describe('the words of a dialect', () => {
  it.each([
    [{ scopes: 'read write' }, ['scopes']],
    [{ scopes: ['read write'] }, ['scopes']],
    [{ scopes: [1] }, ['scopes']],
    [{ scopes: ['read'], scope: 'read write' }, ['scopes']],
    [{ scopes: ['read'], scope: 7 }, ['scopes']],
    [{ client_type: 'Trusted' }, ['client_type']],
    [{ client_type: ['Public'] }, ['client_type']],
    [{ client_type: 'Public', token_endpoint_auth_method: 'client_secret_post' }, ['client_type']],
    [{ client_type: 'Confidential', token_endpoint_auth_method: 'none' }, ['client_type']],
    [{ x509: 'none' }, ['x509']],
    [{ x509: 12 }, ['x509']],
    [{ x509: `-----BEGIN CERTIFICATE-----${' '.repeat(60_000)}` }, ['x509']],
    [{ scopes: 'x', client_type: 'X', x509: 'X' }, ['scopes', 'client_type', 'x509']],
  ])('refuses %j at %j', async (body, members) => {
    expect(await membersRefused(body as JsonObject)).toEqual(members)
  })

  it.each([
    [{ scopes: ['read', 'write'] }, { scope: 'read write' }],
    [{ scopes: ['read', 'write'], scope: 'write read' }, { scope: 'write read' }],
    [{ scopes: ['read'], scope: '' }, { scope: 'read' }],
    [{ scopes: null }, { scope: null }],
    [{ client_type: 'Public' }, { token_endpoint_auth_method: 'none' }],
    [{ client_type: 'Public', token_endpoint_auth_method: 'none' }, { token_endpoint_auth_method: 'none' }],
    [{ client_type: 'Confidential' }, {}],
    [{ client_type: '', x509: '' }, {}],
    [{ 'client_description#de-AT': 'Ein Client' }, { 'description#de-AT': 'Ein Client' }],
    [{ display_name: 'Shown', client_name: 'Own' }, { client_name: 'Own' }],
    [{ display_name: 'Shown' }, { client_name: 'Shown' }],
    [
      { constructor: 'x', toString: 'y' },
      { constructor: 'x', toString: 'y' },
    ],
  ])('reads %j as %j', async (body, read) => {
    expect(await readDialect(body as unknown as JsonObject, words)).toEqual(read)
  })

  it('leaves alone what is no object, and every body of a dialect without words of its own', async () => {
    expect(await readDialect(['scopes'], words)).toEqual(['scopes'])
    expect(await readDialect({ scopes: ['read'] }, undefined)).toEqual({ scopes: ['read'] })
  })

  it.each([
    ['RSA', ['RSA', '-pkeyopt', 'rsa_keygen_bits:2048'], 'RSA'],
    ['P-256', ['EC', '-pkeyopt', 'ec_paramgen_curve:P-256'], 'EC'],
    ['P-384', ['EC', '-pkeyopt', 'ec_paramgen_curve:P-384'], 'EC'],
    ['Ed25519', ['ED25519'], 'OKP'],
  ])(
    'makes a key with its certificate of a certificate in PEM (%s), once however often it comes',
    async (_name, algorithm, kty) => {
      const { cert } = issueCertificate({ subject: '/CN=client', algorithm, ...(kty === 'OKP' ? { digest: 'sha256' } : {}) })
      const der = cert.replaceAll(/-----[A-Z ]+-----|\s/g, '')
      const read = (await readDialect({ x509: cert }, words)) as JsonObject
      expect(read).toMatchObject({ jwks: { keys: [{ kty, x5c: [der] }] } })
      expect(await readDialect({ ...read, x509: cert }, words)).toEqual(read)
      expect(await membersRefused({ x509: cert, jwks_uri: 'https://client.example/jwks' })).toEqual(['x509'])
    },
  )
})
