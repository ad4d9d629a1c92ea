import { createHash } from 'node:crypto'
import { type CryptoKey, SignJWT } from 'jose'
import { afterAll, describe, expect, it } from 'vitest'
import { clientKey } from '../support/client-keys.ts'
import { type DocumentServer, startDocumentServer } from '../support/document-server.ts'
import { authorizationUrl } from '../support/flows.ts'
import { type RegisteredClient, redirectUri, registered } from '../support/registration-client.ts'
import { createBrowser, isSignIn } from '../support/scripted-browser.ts'
import { serveSuite } from '../support/serve-suite.ts'

const redirect_uris = [redirectUri]

describe('OpenID Connect Registration §2, request objects', () => {
  let documents: DocumentServer
  const server = serveSuite(async () => {
    documents = await startDocumentServer()
    return { file: 'test/fixtures/configurations/everything.yaml', change: documents.trusted }
  })
  afterAll(() => documents?.stop())

  const sign = (client: RegisteredClient, key: CryptoKey, alg: string) =>
    new SignJWT({ ...Object.fromEntries(authorizationUrl(server, client, { state: 'signed' }).searchParams) })
      .setProtectedHeader({ alg })
      .setIssuer(client.client_id)
      .setAudience(server.url)
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(key)

  const present = (client: RegisteredClient, parameters: Readonly<Record<string, string>>) => {
    const url = authorizationUrl(server, client, { code_challenge: '', code_challenge_method: '', state: '', nonce: '' })
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
    return createBrowser(server).visit(url)
  }

  it('accepts an object that is signed with the registered algorithm, and no other (OIDR-MD-15)', async () => {
    const [right, wrong] = [await clientKey('PS256', 'right'), await clientKey('RS256', 'wrong')]
    const jwks = { keys: [right.jwk, wrong.jwk] }
    const client = await registered(server, { redirect_uris, jwks, request_object_signing_alg: 'PS256' })
    const accepted = await present(client, { request: await sign(client, right.privateKey, 'PS256') })
    expect(isSignIn(accepted)).toBe(true)
    const refused = await present(client, { request: await sign(client, wrong.privateKey, 'RS256') })
    expect(refused.location?.href ?? refused.body).toContain('invalid_request_object')
  })

  it('holds objects by reference to the same algorithm (OIDR-MD-15, OIDR-MD-23, OIDR-CF-06)', async () => {
    const key = await clientKey('ES256', 'a')
    const request_uris = [`${documents.origin}/by-reference`]
    const client = await registered(server, {
      redirect_uris,
      jwks: { keys: [key.jwk] },
      request_object_signing_alg: 'ES256',
      request_uris,
    })
    const other = await clientKey('RS256', 'b')
    const request_uri = documents.publish('/by-reference', {
      type: 'application/oauth-authz-req+jwt',
      body: await sign(client, other.privateKey, 'RS256'),
    })
    const refused = await present(client, { request_uri })
    expect(refused.location?.href ?? refused.body).toContain('invalid_request_object')
  })

  it('fetches registered request URIs, and asks no other (OIDR-MD-23, OIDR-EFF-09)', async () => {
    const key = await clientKey('ES256', 'a')
    const request_uris = [`${documents.origin}/registered`]
    const client = await registered(server, {
      redirect_uris,
      jwks: { keys: [key.jwk] },
      request_object_signing_alg: 'ES256',
      request_uris,
    })
    const request_uri = documents.publish('/registered', {
      type: 'application/jwt',
      body: await sign(client, key.privateKey, 'ES256'),
    })
    expect(isSignIn(await present(client, { request_uri }))).toBe(true)
    const stranger = await present(client, { request_uri: documents.publish('/stranger', { body: 'x' }) })
    expect(stranger.location?.href ?? stranger.body).toContain('invalid_request_uri')
    expect(documents.requests).not.toContain('/stranger')
  })

  it('refuses an object whose hash is not the registered fragment (OIDR-MD-23)', async () => {
    const key = await clientKey('ES256', 'a')
    const hash = createHash('sha256').update('something else').digest('base64url')
    const request_uris = [`${documents.origin}/hashed#${hash}`]
    const client = await registered(server, {
      redirect_uris,
      jwks: { keys: [key.jwk] },
      request_object_signing_alg: 'ES256',
      request_uris,
    })
    documents.publish('/hashed', { type: 'application/jwt', body: await sign(client, key.privateKey, 'ES256') })
    const page = await present(client, { request_uri: `${documents.origin}/hashed#${hash}` })
    expect(page.location?.href ?? page.body).toContain('invalid_request_uri')
  })
})
