import { exportJWK, generateKeyPair } from 'jose'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { requestToken } from '../support/flows.ts'
import { assertionFor } from '../support/proofs.ts'
import { type RegisteredClient, read, registered, update } from '../support/registration-client.ts'
import { type ManagementServer, startManagementServer, strip } from './management-realms.ts'

const machine = { grant_types: ['client_credentials'], redirect_uris: [], scope: 'mcp:tools' }
const grant = { grant_type: 'client_credentials' }

describe('RFC 7592 §2.2, the client secret on update', () => {
  let server: ManagementServer
  beforeAll(async () => {
    server = await startManagementServer({
      rotating: { rotateClientSecret: 'on-update', clientSecretGrace: '2m' },
      'rotating-at-once': { rotateClientSecret: 'on-update', clientSecretGrace: '0s' },
      'rotating-on-read': { rotateClientSecret: 'on-read-and-update', clientSecretGrace: '2m' },
      expiring: { clientSecretLifetime: '10m' },
    })
  })
  afterAll(() => server?.stop())
  afterEach(() => void vi.useRealTimers())

  function later(seconds: number) {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + seconds * 1000 })
  }

  async function statusWith(realm: { readonly url: string }, client: RegisteredClient, client_secret: unknown) {
    return (await requestToken(realm, { ...client, client_secret }, grant)).status
  }

  it('keeps the secret from one secret method to another (DCM-PUT-07)', async () => {
    const client = await registered(server, machine)
    const { body } = await update(client, { ...strip(client), token_endpoint_auth_method: 'client_secret_post' })
    expect(body).not.toHaveProperty('client_secret')
    expect(body['client_secret_expires_at']).toBe(0)
    const posted = { ...client, token_endpoint_auth_method: 'client_secret_post' }
    expect(await statusWith(server, posted, client.client_secret)).toBe(200)
  })

  it('issues a new one for a method that needs it in clear, and it works there (DCM-PUT-07)', async () => {
    const client = await registered(server, machine)
    const { body } = await update(client, { ...strip(client), token_endpoint_auth_method: 'client_secret_jwt' })
    expect(body['client_secret']).toMatch(/^[\w-]{43,}$/)
    expect(body['client_secret']).not.toBe(client.client_secret)
    const key = new TextEncoder().encode(`${body['client_secret']}`)
    const assertion = await assertionFor({ client_id: client.client_id, audience: server.url, key, alg: 'HS256' })
    const answer = await requestToken(server, { client_id: client.client_id }, { ...grant, ...assertion })
    expect(answer.status).toBe(200)
  })

  it('issues one to a client that had none, with its expiry (DCM-PUT-04)', async () => {
    const client = await registered(server, { redirect_uris: ['https://app.example/cb'], token_endpoint_auth_method: 'none' })
    const { status, body } = await update(client, { client_id: client.client_id, ...machine })
    expect([status, body['token_endpoint_auth_method'], body['client_secret_expires_at']]).toEqual([
      200,
      'client_secret_basic',
      0,
    ])
    expect(await statusWith(server, { ...client, ...body }, body['client_secret'])).toBe(200)
  })

  it('takes the secret away from a client that changes to keys (DCM-PUT-07)', async () => {
    const client = await registered(server, machine)
    const { publicKey, privateKey } = await generateKeyPair('ES256')
    const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'k', use: 'sig', alg: 'ES256' }] }
    const { client_secret: _gone, ...rest } = strip(client)
    const { status, body } = await update(client, { ...rest, token_endpoint_auth_method: 'private_key_jwt', jwks })
    expect(status).toBe(200)
    expect(body).not.toHaveProperty('client_secret')
    expect(body).not.toHaveProperty('client_secret_expires_at')
    expect((await requestToken(server, client, grant)).body.error).toBe('invalid_client')
    const assertion = await assertionFor({
      client_id: client.client_id,
      audience: server.url,
      key: privateKey,
      alg: 'ES256',
      kid: 'k',
    })
    expect((await requestToken(server, { client_id: client.client_id }, { ...grant, ...assertion })).status).toBe(200)
  })

  it('does not bring the old secret back with the old method (DCM-PUT-08)', async () => {
    const client = await registered(server, machine)
    const { client_id } = client
    const web = { redirect_uris: ['https://app.example/cb'], token_endpoint_auth_method: 'none' }
    expect((await update(client, { client_id, ...web })).status).toBe(200)
    const { body } = await update(client, { client_id, ...machine })
    expect(body['client_secret']).not.toBe(client.client_secret)
    expect(await statusWith(server, client, client.client_secret)).toBe(401)
    expect(await statusWith(server, client, body['client_secret'])).toBe(200)
  })

  it('rotates on update where the realm says so; the old one stays good for the grace period and no longer (DCM-GET-03)', async () => {
    const realm = server.realm('rotating')
    const client = await registered(realm, machine)
    expect((await read(client)).body).not.toHaveProperty('client_secret')
    const { body } = await update(client, strip(client))
    expect(body['client_secret']).not.toBe(client.client_secret)
    expect(await statusWith(realm, client, body['client_secret'])).toBe(200)
    expect(await statusWith(realm, client, client.client_secret)).toBe(200)
    later(121)
    expect(await statusWith(realm, client, client.client_secret)).toBe(401)
    expect(await statusWith(realm, client, body['client_secret'])).toBe(200)
  })

  it('ends the old secret at once where there is no grace (DCM-GET-03)', async () => {
    const realm = server.realm('rotating-at-once')
    const client = await registered(realm, machine)
    const { body } = await update(client, strip(client))
    expect(await statusWith(realm, client, client.client_secret)).toBe(401)
    expect(await statusWith(realm, client, body['client_secret'])).toBe(200)
  })

  it('rotates on read as well where the realm says so (DCM-GET-03)', async () => {
    const realm = server.realm('rotating-on-read')
    const client = await registered(realm, machine)
    const { body } = await read(client)
    expect(body['client_secret']).not.toBe(client.client_secret)
    expect(await statusWith(realm, client, body['client_secret'])).toBe(200)
  })

  it('accepts no expired secret, and gives a new one with the next update (DCM-PUT-07)', async () => {
    const realm = server.realm('expiring')
    const client = await registered(realm, machine)
    expect(client['client_secret_expires_at']).toBe(Number(client['client_id_issued_at']) + 600)
    later(601)
    expect(await statusWith(realm, client, client.client_secret)).toBe(401)
    const { client_secret: _expired, ...rest } = strip(client)
    const { status, body } = await update(client, rest)
    expect(status).toBe(200)
    expect(body['client_secret_expires_at']).toBeGreaterThan(Date.now() / 1000)
    expect(await statusWith(realm, client, body['client_secret'])).toBe(200)
    expect(await statusWith(realm, client, client.client_secret)).toBe(401)
  })
})
