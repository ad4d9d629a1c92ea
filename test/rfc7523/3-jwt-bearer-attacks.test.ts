import { createPublicKey } from 'node:crypto'
import { generateKeyPair } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { JsonValue } from '../../src/registration/index.ts'
import { clientKey } from '../support/client-keys.ts'
import { basic, redeem } from '../support/code-flow.ts'
import type { EngineWorld } from '../support/engine-world.ts'
import {
  api,
  claimsFor,
  createIssuer,
  grantBy,
  type Issuer,
  idp,
  jwtBearerGrant,
  openAssertionWorld,
  trust,
} from './assertion-world.ts'

type Changes = Readonly<Record<string, JsonValue | undefined>>

describe('an assertion that is refused in the JWT bearer grant (RFC 7523 §3)', () => {
  let world: EngineWorld
  let issuer: Issuer
  beforeAll(async () => {
    issuer = await createIssuer()
    world = await openAssertionWorld([issuer.entry()])
  })
  afterAll(() => world.close())

  const refused = async (assertion: string, more: Readonly<Record<string, string>> = {}, client_id = 'agent') => {
    const { status, error, error_description, access_token } = await grantBy(world, assertion, more, { client_id })
    expect([status, access_token]).toEqual([400, undefined])
    return [error, error_description]
  }

  const now = () => world.now()
  it.each<[string, () => Changes, RegExp]>([
    ['without iss', () => ({ iss: undefined }), /does not trust/],
    ['of an issuer without trust', () => ({ iss: 'https://evil.example' }), /does not trust/],
    ['of this realm itself', () => ({ iss: world.issuer }), /does not trust/],
    ['of an issuer with a slash more', () => ({ iss: `${idp}/` }), /does not trust/],
    ['without sub', () => ({ sub: undefined }), /must have a sub/],
    ['with an empty sub', () => ({ sub: '' }), /must have a sub/],
    ['with a number as sub', () => ({ sub: 1 }), /must have a sub/],
    ['without aud', () => ({ aud: undefined }), /must say whom it is for/],
    ['for somebody else', () => ({ aud: 'https://elsewhere.example' }), /is for somebody else/],
    ['for a client of the issuer, as an ID token is', () => ({ aud: 'agent' }), /is for somebody else/],
    ['for a path below', () => ({ aud: `${world.issuer}/x` }), /is for somebody else/],
    ['without exp', () => ({ exp: undefined }), /must have an exp/],
    ['that has expired', () => ({ exp: now() - 31 }), /has expired/],
    ['that never ends', () => ({ exp: now() + 86_400 * 365 }), /must expire within 3600 seconds/],
    ['with a text as exp', () => ({ exp: 'tomorrow' }), /exp that is a number/],
    ['that is not valid yet', () => ({ nbf: now() + 60 }), /not valid yet/],
    ['from the future', () => ({ iat: now() + 60 }), /iat in the future/],
    ['without jti', () => ({ jti: undefined }), /must have a jti/],
    ['with an empty jti', () => ({ jti: '' }), /jti that is a string/],
    ['of a tenant that nobody expects', () => ({ tenant: 'acme' }), /of a tenant/],
    ['bound to a key that cannot be proven', () => ({ cnf: { jwk: {} } }), /cannot be proven here/],
    ['bound to nothing', () => ({ cnf: {} }), /cannot be proven here/],
  ])('%s', async (_name, changes, reason) => {
    const assertion = await issuer.sign({ ...claimsFor(world), ...changes() })
    expect(await refused(assertion)).toEqual(['invalid_grant', expect.stringMatching(reason)])
  })

  const unsigned = /not signed by its issuer/
  it('whoever signed it, if it was not the issuer (RFC 8725 §3.1)', async () => {
    const claims = claimsFor(world)
    const text = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const pem = createPublicKey({ key: issuer.key.jwk as never, format: 'jwk' }).export({ type: 'spki', format: 'pem' })
    const publicKey = new TextEncoder().encode(String(pem))
    const rsa = await generateKeyPair('RS256')
    const mine = await clientKey('ES256', 'mine')
    const good = await issuer.sign(claims)
    const [header, , signature] = good.split('.')
    const forgeries = [
      // The same kid, another key.
      await issuer.sign(claims, {}, issuer.other.privateKey),
      await issuer.sign(claims, { kid: undefined }, issuer.other.privateKey),
      await issuer.sign(claims, { kid: 'unknown' }),
      // A public key as a secret.
      await issuer.sign(claims, { alg: 'HS256' }, publicKey),
      await issuer.sign(claims, { alg: 'RS256' }, rsa.privateKey),
      // Keys that the forger brings along.
      await issuer.sign(claims, { jwk: mine.jwk as never, kid: undefined }, mine.privateKey),
      await issuer.sign(claims, { jku: 'https://evil.example/jwks', kid: 'mine' }, mine.privateKey),
      `${text({ alg: 'none' })}.${text(claims)}.`,
      `${text({ alg: 'None' })}.${text(claims)}.`,
      `${text({ alg: 'none' })}.${text(claims)}.${signature}`,
      `${header}.${text({ ...claims, sub: 'admin' })}.${signature}`,
      `${header}.${text(claims)}.`,
      `${good.slice(0, -4)}AAAA`,
    ]
    for (const forgery of forgeries) expect(await refused(forgery)).toEqual(['invalid_grant', expect.stringMatching(unsigned)])
    expect(world.fetched).toEqual([])
  })

  it('that is no JWT, or one that can be read in two ways', async () => {
    const claims = claimsFor(world)
    const b64 = (value: string) => Buffer.from(value).toString('base64url')
    for (const value of ['x', 'a.b.c', 'eyJ.eyJ.sig', '..', `${b64('{"alg":"ES256","alg":"none"}')}.${b64('{}')}.AA`]) {
      expect(await refused(value)).toEqual(['invalid_grant', expect.stringMatching(/assertion must be/)])
    }
    const crit = await issuer.sign(claims, { crit: ['b64'], b64: true })
    expect(await refused(crit)).toEqual(['invalid_grant', expect.stringMatching(/without crit/)])
    const twice = await issuer.sign({ ...claims, aud: [world.issuer, 1 as never] })
    expect((await grantBy(world, twice)).status).toBe(200)
    expect(await refused('')).toEqual(['invalid_request', 'assertion is missing'])
  })

  it('that was made for something else, whatever it says (RFC 8725 §3.11)', async () => {
    for (const typ of ['at+jwt', 'application/at+jwt', 'dpop+jwt', 'logout+jwt', 'secevent+jwt', 'oauth-authz-req+jwt']) {
      const assertion = await issuer.sign(claimsFor(world), { typ })
      expect(await refused(assertion)).toEqual(['invalid_grant', 'assertion is a JWT of another type'])
    }
    const identity = await issuer.sign({ ...claimsFor(world), client_id: 'agent' }, { typ: 'oauth-id-jag+jwt' })
    expect(await refused(identity)).toEqual(['invalid_grant', expect.stringMatching(/does not trust for identity assertions/)])
    for (const typ of ['JWT', 'authorization-grant+jwt', undefined]) {
      expect((await grantBy(world, await issuer.sign(claimsFor(world), { typ }))).status).toBe(200)
    }
  })

  it('the second time (RFC 7523 §3, item 7), however often it comes at once', async () => {
    const assertion = await issuer.sign(claimsFor(world))
    const answers = await Promise.all(Array.from({ length: 8 }, () => grantBy(world, assertion)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(await refused(assertion)).toEqual(['invalid_grant', 'assertion was used before (jti)'])
    expect(await refused(assertion, {}, 'other')).toEqual(['invalid_grant', 'assertion was used before (jti)'])
  })

  it('is not used up by a request that fails for something else', async () => {
    const assertion = await issuer.sign(claimsFor(world))
    expect(await refused(assertion, { resource: 'https://elsewhere.example' })).toEqual([
      'invalid_target',
      expect.stringMatching(/known/),
    ])
    expect(await refused(assertion, { scope: 'mcp:tools' })).toEqual(['invalid_scope', expect.stringMatching(/beyond/)])
    expect((await grantBy(world, assertion)).status).toBe(200)
  })

  it('from a client that the entry does not name, or that proves nothing, or that has not registered for it', async () => {
    trust(world, issuer.entry({ clients: ['other'] }))
    const assertion = await issuer.sign(claimsFor(world))
    expect(await refused(assertion)).toEqual(['invalid_grant', expect.stringMatching(/this client may not bring/)])
    expect((await grantBy(world, assertion, {}, { client_id: 'other' })).status).toBe(200)
    trust(world, issuer.entry())
    expect(await refused(assertion, {}, 'plain')).toEqual(['unauthorized_client', expect.anything()])
    const fresh = await issuer.sign(claimsFor(world))
    const params = { grant_type: jwtBearerGrant, assertion: fresh, client_id: 'public', resource: api }
    expect(await redeem(world, params)).toMatchObject({ status: 400, error: 'unauthorized_client' })
    trust(world, issuer.entry({ publicClients: true }))
    expect(await redeem(world, params)).toMatchObject({ status: 200 })
    expect(await redeem(world, params, basic('agent', 'wrong'))).toMatchObject({ status: 400 })
    trust(world, issuer.entry())
  })

  it('where the realm does not serve the grant', async () => {
    const assertion = await issuer.sign(claimsFor(world))
    const { capabilities } = world.realm()
    world.change((realm) => ({
      ...realm,
      capabilities: { ...capabilities, grantTypes: capabilities.grantTypes.filter((grant) => grant !== jwtBearerGrant) },
    }))
    expect(await refused(assertion)).toMatchObject(['unsupported_grant_type', expect.anything()])
    world.change((realm) => ({ ...realm, capabilities }))
    expect((await grantBy(world, assertion)).status).toBe(200)
  })
})
