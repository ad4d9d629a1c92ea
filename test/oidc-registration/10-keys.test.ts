import type { CryptoKey } from 'jose'
import { afterAll, describe, expect, it } from 'vitest'
import { clientKey } from '../support/client-keys.ts'
import { type DocumentServer, startDocumentServer } from '../support/document-server.ts'
import { basic, post } from '../support/flows.ts'
import { assertionFor } from '../support/proofs.ts'
import { type RegisteredClient, redirectUri, registered } from '../support/registration-client.ts'
import { serveSuite } from '../support/serve-suite.ts'

const machine = { grant_types: ['client_credentials'], scope: 'email' }

describe('OpenID Connect Core §10, keys of clients', () => {
  let documents: DocumentServer
  const server = serveSuite(async () => {
    documents = await startDocumentServer()
    return { change: documents.trusted }
  })
  afterAll(() => documents?.stop())

  const tokenWith = async (client: RegisteredClient, key: CryptoKey | Uint8Array, alg: string, kid?: string) => {
    const named = kid === undefined ? {} : { kid }
    const assertion = await assertionFor({ client_id: client.client_id, audience: server.url, key, alg, ...named })
    return post(server, '/token', { grant_type: 'client_credentials', scope: 'email', ...assertion })
  }

  it('fetches the keys again when it meets a kid that it does not know (OIDR-KEY-01, DCR-MD-12, OIDR-CF-02)', async () => {
    const [old, next] = [await clientKey('ES256', 'old'), await clientKey('ES256', 'next')]
    const jwks_uri = documents.publish('/rotating.json', { body: { keys: [old.jwk] } })
    const client = await registered(server, { ...machine, token_endpoint_auth_method: 'private_key_jwt', jwks_uri })
    expect(await tokenWith(client, old.privateKey, 'ES256', 'old')).toMatchObject({ status: 200 })
    documents.publish('/rotating.json', { body: { keys: [next.jwk] } })
    expect(await tokenWith(client, next.privateKey, 'ES256', 'next')).toMatchObject({ status: 200 })
  })

  it('registers a client whose keys are not there yet, and lets it in with none (OIDR-KEY-05)', async () => {
    const key = await clientKey('ES256', 'a')
    const jwks_uri = `${documents.origin}/not-yet.json`
    const client = await registered(server, { ...machine, token_endpoint_auth_method: 'private_key_jwt', jwks_uri })
    expect(documents.requests).not.toContain('/not-yet.json')
    expect((await tokenWith(client, key.privateKey, 'ES256', 'a')).status).toBeGreaterThanOrEqual(400)
  })

  it('takes no key set that holds a private key (OIDR-MD-07)', async () => {
    const key = await clientKey('ES256', 'a')
    const jwks_uri = documents.publish('/private.json', { body: { keys: [key.privateJwk] } })
    const client = await registered(server, { ...machine, token_endpoint_auth_method: 'private_key_jwt', jwks_uri })
    expect((await tokenWith(client, key.privateKey, 'ES256', 'a')).status).toBeGreaterThanOrEqual(400)
  })

  it('verifies with keys of the client alone (OIDR-KEY-06)', async () => {
    const [a, b] = [await clientKey('ES256', 'a'), await clientKey('ES256', 'b')]
    const withKey = (jwk: object) =>
      registered(server, { ...machine, token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [jwk] } })
    const [clientA] = [await withKey(a.jwk), await withKey(b.jwk)]
    expect(await tokenWith(clientA, b.privateKey, 'ES256', 'b')).toMatchObject({ status: 401, body: { error: 'invalid_client' } })
    expect(await tokenWith(clientA, a.privateKey, 'ES256', 'a')).toMatchObject({ status: 200 })
  })

  it('finds among several keys the one that the kid names, and takes a wrong kid for none (OIDR-KEY-03)', async () => {
    const [a, b] = [await clientKey('ES256', 'a'), await clientKey('ES256', 'b')]
    const jwks = { keys: [a.jwk, b.jwk] }
    const client = await registered(server, { ...machine, token_endpoint_auth_method: 'private_key_jwt', jwks })
    expect(await tokenWith(client, b.privateKey, 'ES256', 'b')).toMatchObject({ status: 200 })
    expect(await tokenWith(client, b.privateKey, 'ES256', 'a')).toMatchObject({ status: 401, body: { error: 'invalid_client' } })
  })

  it('refuses assertions with another algorithm than the registered one (OIDR-MD-18, OIDR-ALG-05)', async () => {
    const [es, ps] = [await clientKey('ES256', 'es'), await clientKey('PS256', 'ps')]
    const client = await registered(server, {
      ...machine,
      token_endpoint_auth_method: 'private_key_jwt',
      token_endpoint_auth_signing_alg: 'ES256',
      jwks: { keys: [es.jwk, ps.jwk] },
    })
    expect(await tokenWith(client, ps.privateKey, 'PS256', 'ps')).toMatchObject({
      status: 401,
      body: { error: 'invalid_client' },
    })
    expect(await tokenWith(client, es.privateKey, 'ES256', 'es')).toMatchObject({ status: 200 })
  })

  it('verifies client_secret_jwt with the secret, and takes the secret itself from nobody (OIDR-EFF-03, OIDR-MD-17)', async () => {
    const client = await registered(server, { ...machine, token_endpoint_auth_method: 'client_secret_jwt' })
    expect(await tokenWith(client, Buffer.from(client.client_secret), 'HS256')).toMatchObject({ status: 200 })
    const { client_id, client_secret } = client
    const grant = { grant_type: 'client_credentials', scope: 'email' }
    expect(await post(server, '/token', grant, basic(client_id, client_secret))).toMatchObject({ status: 401 })
    expect(await post(server, '/token', { ...grant, client_id, client_secret })).toMatchObject({ status: 401 })
  })

  it('takes basic for basic and post for post (OIDR-EFF-03)', async () => {
    const grant = { grant_type: 'client_credentials', scope: 'email' }
    for (const method of ['client_secret_basic', 'client_secret_post']) {
      const { client_id, client_secret } = await registered(server, { ...machine, token_endpoint_auth_method: method })
      const inHeader = await post(server, '/token', grant, basic(client_id, client_secret))
      const inBody = await post(server, '/token', { ...grant, client_id, client_secret })
      const [right, wrong] = method === 'client_secret_basic' ? [inHeader, inBody] : [inBody, inHeader]
      expect({ method, right: right.status, wrong: wrong.body.error }).toEqual({ method, right: 200, wrong: 'invalid_client' })
    }
  })

  it('holds a client to its scopes (OIDR-EFF-05)', async () => {
    const client = await registered(server, { ...machine, redirect_uris: [redirectUri] })
    const { client_id, client_secret } = client
    const { status, body } = await post(
      server,
      '/token',
      { grant_type: 'client_credentials', scope: 'profile' },
      basic(client_id, client_secret),
    )
    expect({ status, error: body.error }).toEqual({ status: 400, error: 'invalid_scope' })
  })
})
