import { X509Certificate } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { decodeJwt } from 'jose'
import * as client from 'openid-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sha256 } from '../../src/engine/digest.ts'
import { issueCertificate } from '../support/certificates.ts'
import type { EngineWorld } from '../support/engine-world.ts'
import {
  api,
  claimsFor,
  createIssuer,
  grantBy,
  type Issuer,
  inspect,
  jwtBearerGrant,
  openAssertionWorld,
} from './assertion-world.ts'

describe('an assertion that is bound to a certificate (RFC 8705 §3)', () => {
  const ours = issueCertificate({ subject: '/CN=ours' })
  const other = issueCertificate({ subject: '/CN=other' })
  const thumbprint = sha256(new X509Certificate(ours.cert).raw)
  let world: EngineWorld
  let issuer: Issuer
  beforeAll(async () => {
    issuer = await createIssuer()
    world = await openAssertionWorld([issuer.entry()], { about: withCertificate })
  })
  afterAll(() => world.close())

  /** As the listener does it. */
  function withCertificate(request: IncomingMessage) {
    const pem = { ours, other }[String(request.headers['x-certificate'])]?.cert
    if (pem !== undefined) Object.assign(request, { [Symbol.for('registrar.clientCertificate')]: new X509Certificate(pem) })
    return {}
  }
  const grant = async (claims: object, headers: Readonly<Record<string, string>> = {}) =>
    grantBy(world, await issuer.sign({ ...claimsFor(world), ...claims }), {}, { headers })

  it('is refused without it, and the token is bound to it', async () => {
    const bound = { cnf: { 'x5t#S256': thumbprint } }
    for (const headers of [{}, { 'x-certificate': 'other' }]) {
      expect(await grant(bound, headers)).toMatchObject({
        error: 'invalid_grant',
        error_description: expect.stringMatching(/bound to a client certificate/),
      })
    }
    const { access_token } = await grant(bound, { 'x-certificate': 'ours' })
    expect(decodeJwt(access_token)['cnf']).toEqual({ 'x5t#S256': thumbprint })
    expect(await inspect(world, access_token)).toMatchObject({ active: true, cnf: { 'x5t#S256': thumbprint } })
  })

  it('is not asked for where nothing is bound', async () => {
    const { access_token } = await grant({})
    expect(decodeJwt(access_token)).not.toHaveProperty('cnf')
  })
})

describe('the JWT bearer grant by openid-client', () => {
  it('gets a DPoP-bound token, and an error that the library reads', async () => {
    const issuer = await createIssuer()
    const world = await openAssertionWorld([issuer.entry()])
    const configuration = await client.discovery(new URL(world.issuer), 'agent', 'agent', client.ClientSecretBasic('agent'), {
      execute: [client.allowInsecureRequests],
    })
    const DPoP = client.getDPoPHandle(configuration, await client.randomDPoPKeyPair())
    const assertion = await issuer.sign(claimsFor(world))
    const tokens = await client.genericGrantRequest(configuration, jwtBearerGrant, { assertion, resource: api }, { DPoP })
    expect(tokens).toMatchObject({ token_type: 'dpop', scope: 'read' })
    await expect(client.genericGrantRequest(configuration, jwtBearerGrant, { assertion, resource: api })).rejects.toMatchObject({
      error: 'invalid_grant',
      error_description: 'assertion was used before (jti)',
    })
    await world.close()
  })
})
