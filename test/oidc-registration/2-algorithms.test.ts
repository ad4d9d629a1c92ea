import { compactDecrypt, importJWK } from 'jose'
import { afterAll, describe, expect, it } from 'vitest'
import { changingRealm } from '../support/change-realm.ts'
import { clientKey } from '../support/client-keys.ts'
import { type DocumentServer, startDocumentServer } from '../support/document-server.ts'
import { decode, obtainTokens } from '../support/flows.ts'
import { redirectUri, register, registered } from '../support/registration-client.ts'
import { serveSuite } from '../support/serve-suite.ts'

const redirect_uris = [redirectUri]
const refused = { status: 400, body: { error: 'invalid_client_metadata' } }

describe('OpenID Connect Registration §2, algorithms of responses', () => {
  let documents: DocumentServer
  const server = serveSuite(async () => {
    documents = await startDocumentServer()
    const withHs256 = changingRealm((realm) => {
      const { values } = realm.base.capabilities
      const algorithms = [...(values['id_token_signed_response_alg'] ?? []), 'HS256']
      const capabilities = { ...realm.base.capabilities, values: { ...values, id_token_signed_response_alg: algorithms } }
      return { ...realm, base: { ...realm.base, capabilities } }
    })
    const change = (configuration: Parameters<typeof withHs256>[0]) => withHs256(documents.trusted(configuration))
    return { file: 'test/fixtures/configurations/everything.yaml', change }
  })
  afterAll(() => documents?.stop())

  const userinfo = async (accessToken: string) => {
    const response = await fetch(`${server.url}/userinfo`, { headers: { authorization: `Bearer ${accessToken}` } })
    return { status: response.status, type: response.headers.get('content-type'), text: await response.text() }
  }

  it('refuses unsigned ID tokens (OIDR-MD-11)', async () => {
    for (const response_types of [['code id_token'], ['id_token'], ['code']]) {
      const answer = await register(server, { redirect_uris, response_types, id_token_signed_response_alg: 'none' })
      expect(answer).toMatchObject(refused)
    }
  })

  it.each(['RS256', 'ES256', 'PS256', 'EdDSA'])(
    'signs ID tokens with %s and nothing else (OIDR-ALG-05, OIDR-MD-11, OIDR-EFF-08)',
    async (alg) => {
      const client = await registered(server, { redirect_uris, id_token_signed_response_alg: alg })
      const { header } = decode((await obtainTokens(server, client)).id_token)
      const { keys } = (await (await fetch(`${server.url}/jwks`)).json()) as { keys: { kid: string }[] }
      expect(header['alg']).toBe(alg)
      // Several keys are published, so that the token has to name one (OpenID Connect Core §10.1).
      expect(keys.map(({ kid }) => kid)).toContain(header['kid'])
    },
  )

  it('keys HS256 with the secret, which is there and long enough (OIDR-ALG-04, OIDR-MD-11)', async () => {
    const key = await clientKey('ES256', 'a')
    const asymmetric = { token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [key.jwk] } }
    const { status, body } = await register(server, { redirect_uris, ...asymmetric, id_token_signed_response_alg: 'HS256' })
    expect(status).toBe(201)
    expect(String(body['client_secret']).length).toBeGreaterThanOrEqual(32)
    const client = await registered(server, { redirect_uris, id_token_signed_response_alg: 'HS256' })
    const { id_token } = await obtainTokens(server, client)
    const { compactVerify } = await import('jose')
    const { protectedHeader } = await compactVerify(id_token, Buffer.from(client.client_secret))
    expect(protectedHeader.alg).toBe('HS256')
    const keyless = { token_endpoint_auth_method: 'none', id_token_signed_response_alg: 'HS256' }
    expect(await register(server, { redirect_uris, ...keyless })).toMatchObject(refused)
  })

  it('answers userinfo as a signed JWT with issuer and audience where that is registered (OIDR-MD-13, OIDR-EFF-08)', async () => {
    const client = await registered(server, { redirect_uris, userinfo_signed_response_alg: 'ES256' })
    const { status, type, text } = await userinfo((await obtainTokens(server, client)).access_token)
    expect({ status, type }).toEqual({ status: 200, type: expect.stringMatching(/^application\/jwt/) })
    expect(decode(text).header['alg']).toBe('ES256')
    expect(decode(text).claims).toMatchObject({ iss: server.url, sub: expect.any(String) })
    expect([decode(text).claims['aud']].flat()).toContain(client.client_id)
  })

  it('answers userinfo as plain JSON otherwise (OIDR-MD-13)', async () => {
    const { type, text } = await userinfo((await obtainTokens(server, await registered(server))).access_token)
    expect(type).toMatch(/^application\/json/)
    expect(JSON.parse(text)).toMatchObject({ sub: expect.any(String) })
  })

  it.each(['id_token_encrypted_response', 'userinfo_encrypted_response', 'request_object_encryption'])(
    'refuses %s_enc without its _alg (OIDR-MD-12, OIDR-MD-14, OIDR-MD-16)',
    async (prefix) => {
      expect(await register(server, { redirect_uris, [`${prefix}_enc`]: 'A128GCM' })).toMatchObject(refused)
    },
  )

  it('encrypts signed ID tokens to the key for encryption, with the default content encryption (OIDR-MD-12, OIDR-KEY-04, OIDR-EFF-08)', async () => {
    const [signing, encryption] = [await clientKey('RS256', 'sig'), await clientKey('RSA-OAEP', 'enc', 'enc')]
    const client = await registered(server, {
      redirect_uris,
      jwks: { keys: [signing.jwk, encryption.jwk] },
      id_token_encrypted_response_alg: 'RSA-OAEP',
    })
    expect(client['id_token_encrypted_response_enc']).toBe('A128CBC-HS256')
    const { id_token } = await obtainTokens(server, client)
    const { plaintext, protectedHeader } = await compactDecrypt(id_token, await importJWK(encryption.privateJwk, 'RSA-OAEP'))
    expect(protectedHeader).toMatchObject({ alg: 'RSA-OAEP', enc: 'A128CBC-HS256', kid: 'enc' })
    expect(decode(Buffer.from(plaintext).toString())).toMatchObject({
      header: { alg: 'RS256' },
      claims: { aud: client.client_id },
    })
  })

  it('encrypts userinfo with what was registered (OIDR-MD-14, OIDR-EFF-08)', async () => {
    const key = await clientKey('ECDH-ES', 'enc', 'enc')
    const client = await registered(server, {
      redirect_uris,
      jwks: { keys: [key.jwk] },
      userinfo_encrypted_response_alg: 'ECDH-ES',
      userinfo_encrypted_response_enc: 'A256GCM',
    })
    const { type, text } = await userinfo((await obtainTokens(server, client)).access_token)
    expect(type).toMatch(/^application\/jwt/)
    const { protectedHeader } = await compactDecrypt(text, await importJWK(key.privateJwk, 'ECDH-ES'))
    expect(protectedHeader).toMatchObject({ alg: 'ECDH-ES', enc: 'A256GCM' })
  })

  it('refuses encryption without a key for it (OIDR-ALG-03)', async () => {
    const key = await clientKey('ES256', 'a')
    const encrypted = { redirect_uris, id_token_encrypted_response_alg: 'RSA-OAEP' }
    expect(await register(server, encrypted)).toMatchObject(refused)
    expect(await register(server, { ...encrypted, jwks: { keys: [key.jwk] } })).toMatchObject(refused)
  })

  it('never falls back to clear text when the key does not come (OIDR-ALG-03, OIDR-ALG-05)', async () => {
    const jwks_uri = documents.publish('/gone.json', { status: 404, body: 'gone' })
    const client = await registered(server, { redirect_uris, jwks_uri, id_token_encrypted_response_alg: 'RSA-OAEP' })
    await expect(obtainTokens(server, client)).rejects.toThrow()
  })

  it('refuses key sets that mix uses without saying so, or hold private keys (OIDR-MD-07, OIDR-MD-08)', async () => {
    const [a, b, c] = [await clientKey('RS256', 'a'), await clientKey('RSA-OAEP', 'b', 'enc'), await clientKey('ES256', 'c')]
    const { use: _use, alg: _alg, ...unclear } = c.jwk
    expect(await register(server, { redirect_uris, jwks: { keys: [a.jwk, b.jwk, unclear] } })).toMatchObject(refused)
    expect(await register(server, { redirect_uris, jwks: { keys: [a.privateJwk] } })).toMatchObject(refused)
  })

  it('registers exactly the algorithms that discovery lists (OIDR-DISC-11, OIDR-ALG-01)', async () => {
    const metadata = (await (await fetch(`${server.url}/.well-known/openid-configuration`)).json()) as Record<string, string[]>
    const lists = {
      id_token_signed_response_alg: 'id_token_signing_alg_values_supported',
      userinfo_signed_response_alg: 'userinfo_signing_alg_values_supported',
      subject_type: 'subject_types_supported',
      id_token_encrypted_response_alg: 'id_token_encryption_alg_values_supported',
    }
    const jwks_uri = 'https://app.example/jwks'
    for (const [member, list] of Object.entries(lists)) {
      for (const value of metadata[list] ?? []) {
        expect(await register(server, { redirect_uris, jwks_uri, [member]: value }), `${member} ${value}`).toMatchObject({
          status: 201,
        })
      }
      for (const value of ['RSA1_5', 'XX256', 'none', 'HS999', 'dir']) {
        expect(await register(server, { redirect_uris, jwks_uri, [member]: value }), `${member} ${value}`).toMatchObject(refused)
      }
    }
    expect(metadata['id_token_signing_alg_values_supported']).toContain('RS256')
  })
})
