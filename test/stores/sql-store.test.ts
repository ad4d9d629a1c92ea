import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describeAudit } from './contract/audit-contract.ts'
import { describeClients } from './contract/clients-contract.ts'
import { describeEngineObjects } from './contract/engine-objects-contract.ts'
import { describePeople } from './contract/people-contract.ts'
import { describePurge } from './contract/purge-contract.ts'
import { describeRealmObjects } from './contract/realm-objects-contract.ts'
import { describeRealms } from './contract/realms-contract.ts'
import { insertion, replacement, sampleClient, sampleEvent, sampleToken } from './contract/samples.ts'
import { servers } from './contract/servers.ts'
import { openTwoNodes, type TwoNodes } from './contract/two-nodes.ts'
import { describeWebhookDeliveries } from './contract/webhook-deliveries-contract.ts'

for (const [name, server] of servers) {
  describe(`the SQL store on ${name}`, () => {
    let world: TwoNodes
    beforeAll(async () => {
      world = await openTwoNodes(server)
    })
    afterAll(() => world.close())

    const current = () => world
    describeEngineObjects(current)
    describePeople(current)
    describeClients(current)
    describeAudit(current)
    describeRealms(current)
    describeRealmObjects(current)
    describeWebhookDeliveries(current)
    describePurge(current)

    it('needs one round trip for a registration, for one that spends a token, for an update, and for a read', async () => {
      const [{ registration, initialAccessTokens, statistics }] = world.nodes
      const token = sampleToken()
      await initialAccessTokens.insert(token, sampleEvent())
      const [open, bought] = [sampleClient(), sampleClient()]
      const before = statistics().roundTrips
      await registration.commit(insertion(open))
      await registration.commit(insertion(bought, { spend: { initialAccessToken: token.id } }))
      await registration.commit(replacement({ ...open, revision: 2 }, 1))
      await registration.findClient('default', open.client_id)
      await registration.commit({ ...insertion(open), replace: { client: open, ifRevision: 1 } }).catch(() => undefined)
      expect(statistics().roundTrips - before).toBe(4)
    })

    it('answers a ping', async () => {
      await expect(world.nodes[0].ping()).resolves.toBeUndefined()
    })
  })
}
