import { createPublicKey } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { JsonObject, JsonValue } from '../../src/registration/index.ts'
import { clientKey } from '../support/client-keys.ts'
import { redeem } from '../support/code-flow.ts'
import { type EngineWorld, openWorld } from '../support/engine-world.ts'
import { signJwt } from '../support/statement-issuer.ts'

type Changes = Readonly<Record<string, JsonValue | undefined>>

describe('a client assertion (RFC 7523 §2.2, §3)', () => {
  let world: EngineWorld
  let key: Awaited<ReturnType<typeof clientKey>>
  let other: typeof key
  let count = 0
  beforeAll(async () => {
    ;[world, key, other] = await Promise.all([openWorld(), clientKey('ES256', 'key-1'), clientKey('ES256', 'key-1')])
    for (const [client_id, { jwk }] of [['service', key] as const, ['neighbour', other] as const]) {
      world.register({
        client_id,
        metadata: {
          grant_types: ['client_credentials'],
          response_types: [],
          token_endpoint_auth_method: 'private_key_jwt',
          token_endpoint_auth_signing_alg: 'ES256',
          jwks: { keys: [jwk as JsonObject] },
        },
      })
    }
  })
  afterAll(() => world.close())

  const claims = (changes: Changes = {}): JsonObject => {
    const now = world.now()
    const all = { iss: 'service', sub: 'service', aud: world.issuer, iat: now, exp: now + 60, jti: `jti-${count++}`, ...changes }
    return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as JsonObject
  }
  const sign = (
    changes: Changes = {},
    header: Changes = {},
    privateKey: Parameters<typeof signJwt>[2]['privateKey'] = key.privateKey,
  ) => signJwt(claims(changes), { alg: 'ES256', kid: 'key-1', ...header }, { privateKey })
  const send = (client_assertion: string, more: Readonly<Record<string, string>> = {}) =>
    redeem(world, {
      grant_type: 'client_credentials',
      scope: 'read',
      client_assertion,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      ...more,
    })

  it.each<[string, () => Changes, Changes]>([
    ['without iss', () => ({ iss: undefined }), {}],
    ['of another issuer than its subject', () => ({ iss: 'neighbour' }), {}],
    ['about another client', () => ({ sub: 'neighbour' }), {}],
    ['about nobody', () => ({ sub: undefined }), {}],
    ['about a client that there is not', () => ({ iss: 'nobody', sub: 'nobody' }), {}],
    ['without aud', () => ({ aud: undefined }), {}],
    ['for somebody else', () => ({ aud: 'https://elsewhere.example' }), {}],
    ['for a list of others', () => ({ aud: ['https://elsewhere.example'] }), {}],
    ['without exp', () => ({ exp: undefined }), {}],
    ['that has expired', () => ({ exp: world.now() - 60 }), {}],
    ['that ends in a year', () => ({ exp: world.now() + 31_536_000 }), {}],
    ['that is not valid yet', () => ({ nbf: world.now() + 120 }), {}],
    ['from the future', () => ({ iat: world.now() + 120 }), {}],
    ['without jti', () => ({ jti: undefined }), {}],
    ['made as an access token', () => ({}), { typ: 'at+jwt' }],
    ['made as a request object', () => ({}), { typ: 'oauth-authz-req+jwt' }],
    ['made as a DPoP proof', () => ({}), { typ: 'dpop+jwt' }],
    ['made as an authorization grant', () => ({}), { typ: 'application/authorization-grant+jwt' }],
  ])('is refused %s', async (_name, changes, header) => {
    const answer = await send(await sign(changes(), header))
    expect([answer.status, answer.error, answer.access_token]).toEqual([401, 'invalid_client', undefined])
  })

  it('is refused whoever signed it, if it was not the client', async () => {
    const pem = createPublicKey({ key: key.jwk as never, format: 'jwk' }).export({ type: 'spki', format: 'pem' })
    const text = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const good = await sign()
    const [header, , signature] = good.split('.')
    for (const forgery of [
      await sign({}, {}, other.privateKey),
      await sign({}, { alg: 'HS256' }, new TextEncoder().encode(String(pem))),
      await sign({}, { jwk: other.jwk as never, kid: undefined }, other.privateKey),
      `${text({ alg: 'none' })}.${text(claims())}.`,
      `${header}.${text(claims())}.${signature}`,
    ]) {
      expect(await send(forgery)).toMatchObject({ status: 401, error: 'invalid_client' })
    }
  })

  it('is good once, and says who the client is as every other parameter does', async () => {
    const assertion = await sign()
    expect(await send(assertion, { client_id: 'neighbour' })).toMatchObject({ status: 400, error: 'invalid_request' })
    expect(await send(assertion, { client_assertion_type: 'urn:x' })).toMatchObject({ status: 400, error: 'invalid_request' })
    const answers = await Promise.all(Array.from({ length: 5 }, () => send(assertion)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    for (const typ of ['JWT', 'client-authentication+jwt', 'application/client-authentication+jwt']) {
      expect(await send(await sign({ aud: [`${world.issuer}/token`, 'https://x.example'] }, { typ }))).toMatchObject({
        status: 200,
      })
    }
  })
})
