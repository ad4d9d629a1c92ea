import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AgentPrivilege, AssertionIssuer } from '../../src/registration/index.ts'
import {
  api,
  claimsFor,
  createIssuer,
  exchangeGrant,
  type Issuer,
  openAssertionWorld,
  trust,
} from '../rfc7523/assertion-world.ts'
import { basic, redeem } from '../support/code-flow.ts'
import type { EngineWorld } from '../support/engine-world.ts'

describe('an agent that brings the token of a trusted issuer', () => {
  let world: EngineWorld
  let issuer: Issuer
  beforeAll(async () => {
    issuer = await createIssuer()
    world = await openAssertionWorld([])
    world.register({
      client_id: 'bot',
      metadata: { grant_types: ['client_credentials'], response_types: [] },
      secrets: [{ digest: world.digest('bot'), issuedAt: 0, expiresAt: 0 }],
      agent: { id: 'agent-bot', name: 'bot', owners: [], customAttributes: {}, createdAt: 0 },
    })
    const privilege: AgentPrivilege = {
      ...{ realm: 'test', id: 'p1', agent: 'agent-bot', client_id: 'bot', resource: api },
      ...{ subjects: ['alice', 'bot'], subjectGroups: [], scopes: ['read'], createdAt: 0, updatedAt: 0, revision: 1 },
    }
    await world.agents.insertPrivilege(privilege, { realm: 'test', type: 'granted', at: 0, actor: 'test', details: {} })
  })
  afterAll(() => world.close())

  const exchange = async (claims: object, subject: AssertionIssuer['subject']) => {
    trust(world, issuer.entry({ uses: ['token-exchange'], subject }))
    const of = { ...claimsFor(world), client_id: 'portal', scope: 'read', ...claims }
    const subject_token = await issuer.sign(of, { typ: 'at+jwt' })
    const params = { grant_type: exchangeGrant, subject_token, subject_token_type: 'urn:ietf:params:oauth:token-type:jwt' }
    return redeem(world, { ...params, audience: api }, basic('bot', 'bot'))
  }
  const noPrivilege = { error: 'invalid_target', error_description: expect.stringMatching(/no privilege .* for this subject/) }

  it('does not act for those who are no users of the realm, though their names look like it', async () => {
    expect(await exchange({ sub: 'alice' }, { kind: 'foreign' })).toMatchObject(noPrivilege)
  })

  it('does not take a namesake of another issuer for itself', async () => {
    expect(await exchange({ sub: 'bot', client_id: 'bot' }, { kind: 'foreign' })).toMatchObject(noPrivilege)
  })

  it('acts for the user whom the issuer speaks about, by privilege', async () => {
    const { access_token } = await exchange({ sub: 'alice' }, { kind: 'account-id' })
    expect(decodeJwt(access_token)).toMatchObject({ sub: 'alice', client_id: 'bot', act: { sub: 'bot' } })
    expect(await exchange({ sub: 'bob' }, { kind: 'account-id' })).toMatchObject(noPrivilege)
  })
})
