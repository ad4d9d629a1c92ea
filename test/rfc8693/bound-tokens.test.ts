import { X509Certificate } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sha256 } from '../../src/engine/digest.ts'
import { issueCertificate } from '../support/certificates.ts'
import { obtainCode, redeem, verifier } from '../support/code-flow.ts'
import type { EngineWorld } from '../support/engine-world.ts'
import { createDpopKey } from '../support/proofs.ts'
import {
  api,
  backend,
  clientToken,
  exchange,
  exchangeGrant,
  inspect,
  openExchangeWorld,
  personToken,
  registerConfidential,
  tokenType,
  vault,
} from './exchange-world.ts'

describe('the exchange of tokens that are bound to a key (RFC 9449 §5)', () => {
  let world: EngineWorld
  let key: Awaited<ReturnType<typeof createDpopKey>>
  let other: typeof key
  beforeAll(async () => {
    world = await openExchangeWorld()
    ;[key, other] = await Promise.all([createDpopKey(), createDpopKey()])
  })
  afterAll(() => world.close())

  const endpoint = () => `${world.issuer}/token`
  const with_ = async (client_id: string, holder: typeof key) => ({
    client_id,
    headers: { dpop: await holder.prove('POST', endpoint()) },
  })
  const bound = async (resource: string) => {
    const redirect_uri = 'https://app.example/cb'
    const code = await obtainCode(world, { client_id: 'public', redirect_uri, scope: 'read', resource })
    const grant = { grant_type: 'authorization_code', client_id: 'public', redirect_uri, code, code_verifier: verifier }
    return (await redeem(world, grant, { dpop: await key.prove('POST', endpoint()) })).access_token
  }

  it.each([api, vault])('is refused without the key: %s', async (resource) => {
    const token = await bound(resource)
    expect(await exchange(world, 'gateway', token)).toMatchObject({ status: 400, error: 'invalid_request' })
    expect(await exchange(world, await with_('gateway', other), token)).toMatchObject({ status: 400, error: 'invalid_request' })
    const used = await with_('gateway', key)
    expect(await exchange(world, used, token, { audience: backend })).toMatchObject({ status: 200, token_type: 'DPoP' })
    expect(await exchange(world, used, token, { audience: backend })).toMatchObject({ status: 400, error: 'invalid_grant' })
    const broken = { client_id: 'gateway', headers: { dpop: 'x' } }
    expect(await exchange(world, broken, token)).toMatchObject({ status: 400, error: 'invalid_dpop_proof' })
  })

  it('keeps the binding, and the actor’s key is asked for as well', async () => {
    const token = await bound(api)
    const { access_token } = await exchange(world, await with_('gateway', key), token)
    expect(decodeJwt(access_token)['cnf']).toEqual({ jkt: key.thumbprint })
    const actor_token = await clientToken(world, 'gateway', {}, (await with_('gateway', other)).headers)
    const actor = { actor_token, actor_token_type: tokenType('access_token') }
    expect(await exchange(world, await with_('gateway', key), token, actor)).toMatchObject({ error: 'invalid_request' })
    const free = await personToken(world, { resource: api })
    expect(await exchange(world, 'gateway', free, actor)).toMatchObject({ error: 'invalid_request' })
    expect(await exchange(world, await with_('gateway', other), free, actor)).toMatchObject({ token_type: 'DPoP' })
  })

  it('binds a new token to the key that is proven, opaque or not', async () => {
    const token = await personToken(world, { resource: api })
    const opaque = await exchange(world, await with_('gateway', key), token, { audience: vault })
    expect(await inspect(world, opaque.access_token)).toMatchObject({ token_type: 'DPoP', cnf: { jkt: key.thumbprint } })
  })
})

describe('the exchange of tokens that are bound to a certificate (RFC 8705 §3)', () => {
  const ours = issueCertificate({ subject: '/CN=ours' })
  const other = issueCertificate({ subject: '/CN=other' })
  let world: EngineWorld
  beforeAll(async () => {
    // As a proxy that has asked for the certificate hands it on.
    const about = (request: IncomingMessage) => {
      const sent = request.headers['x-certificate']
      if (typeof sent !== 'string') return {}
      Object.assign(request, { [Symbol.for('registrar.clientCertificate')]: new X509Certificate(Buffer.from(sent, 'base64')) })
      return {}
    }
    world = await openExchangeWorld({}, { about })
    const grant_types = ['client_credentials', exchangeGrant]
    registerConfidential(world, 'bound', { grant_types, response_types: [], tls_client_certificate_bound_access_tokens: true })
  })
  afterAll(() => world.close())

  const presenting = (client_id: string, { cert }: typeof ours) => ({
    client_id,
    headers: { 'x-certificate': new X509Certificate(cert).raw.toString('base64') },
  })
  const thumbprint = sha256(new X509Certificate(ours.cert).raw)

  it.each([api, vault])('is refused without it, and keeps the binding: %s', async (resource) => {
    const token = await clientToken(world, 'bound', { resource }, presenting('bound', ours).headers)
    expect(await exchange(world, 'gateway', token)).toMatchObject({ status: 400, error: 'invalid_request' })
    expect(await exchange(world, presenting('gateway', other), token)).toMatchObject({ status: 400, error: 'invalid_request' })
    expect(await exchange(world, 'bound', token)).toMatchObject({ status: 400, error: 'invalid_grant' })
    const { access_token } = await exchange(world, presenting('gateway', ours), token)
    expect(await inspect(world, access_token)).toMatchObject({ active: true, cnf: { 'x5t#S256': thumbprint } })
  })

  it('binds what a client gets that has registered so, and takes no second key besides', async () => {
    const token = await clientToken(world, 'bound', { resource: api }, presenting('bound', ours).headers)
    const { access_token } = await exchange(world, presenting('bound', ours), token)
    expect(decodeJwt(access_token)['cnf']).toEqual({ 'x5t#S256': thumbprint })
    const key = await createDpopKey()
    const { client_id, headers } = presenting('bound', ours)
    const both = { client_id, headers: { ...headers, dpop: await key.prove('POST', `${world.issuer}/token`) } }
    expect(await exchange(world, both, token)).toMatchObject({ status: 400, error: 'invalid_request' })
  })
})
