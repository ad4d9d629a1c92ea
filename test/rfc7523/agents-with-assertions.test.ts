import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AgentPrivilege, JsonValue } from '../../src/registration/index.ts'
import type { EngineWorld } from '../support/engine-world.ts'
import { api, claimsFor, createIssuer, grantBy, type Issuer, jwtBearerGrant, openAssertionWorld } from './assertion-world.ts'

describe('an agent that brings an assertion', () => {
  let world: EngineWorld
  let issuer: Issuer
  beforeAll(async () => {
    issuer = await createIssuer()
    world = await openAssertionWorld([issuer.entry({ subject: { kind: 'account-id' } })])
    world.register({
      client_id: 'bot',
      metadata: { grant_types: [jwtBearerGrant], response_types: [] },
      secrets: [{ digest: world.digest('bot'), issuedAt: 0, expiresAt: 0 }],
      agent: { id: 'agent-bot', name: 'bot', owners: [], customAttributes: {}, createdAt: 0 },
    })
  })
  afterAll(() => world.close())

  const grant = async (claims: Readonly<Record<string, JsonValue>> = {}, scope = 'read') =>
    grantBy(world, await issuer.sign({ ...claimsFor(world), sub: 'alice', ...claims }), { scope }, { client_id: 'bot' })
  const about = { realm: 'test', at: 0, actor: 'test', details: {} }
  const privilege: AgentPrivilege = {
    ...{ realm: 'test', id: 'p1', agent: 'agent-bot', client_id: 'bot', resource: api },
    ...{ subjects: ['alice'], subjectGroups: [], scopes: ['read'], createdAt: 0, updatedAt: 0, revision: 1 },
  }

  it('acts for the person by privilege and in no other way, and is told', async () => {
    expect(await grant()).toMatchObject({ error: 'invalid_target', error_description: expect.stringMatching(/no privilege/) })
    await world.agents.insertPrivilege(privilege, { ...about, type: 'granted' })
    expect(await grant({ sub: 'bob' })).toMatchObject({ error: 'invalid_target' })
    expect(await grant({}, 'mcp:tools')).toMatchObject({ error: 'invalid_scope' })
    const { access_token } = await grant({ act: { sub: 'x' } })
    expect(decodeJwt(access_token)).toMatchObject({
      sub: 'alice',
      act: { sub: 'bot', act: { iss: issuer.issuer, sub: 'x' } },
    })
    const event = world.events.findLast(({ type }) => type === 'assertion.accepted')
    expect(event?.details).toMatchObject({ agent: 'agent-bot', privileges: ['p1'], subject: { user: 'alice', sub: 'alice' } })
    await world.agents.removePrivilege({ realm: 'test', id: 'p1' }, { ...about, type: 'revoked' })
    expect(await grant()).toMatchObject({ error: 'invalid_target' })
  })
})
