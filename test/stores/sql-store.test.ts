import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSqlStore } from '../../src/stores/sql/index.ts'
import { describeAttempts } from './contract/attempts-contract.ts'
import { describeAudit } from './contract/audit-contract.ts'
import { describeClients } from './contract/clients-contract.ts'
import { describeEngineObjects } from './contract/engine-objects-contract.ts'
import { describeNodes } from './contract/nodes-contract.ts'
import { describePeople } from './contract/people-contract.ts'
import { describePurge } from './contract/purge-contract.ts'
import { describeRealmDefinitions } from './contract/realm-definitions-contract.ts'
import { describeRealmObjects } from './contract/realm-objects-contract.ts'
import { describeRealms } from './contract/realms-contract.ts'
import { at, insertion, replacement, sampleClient, sampleEvent, sampleToken } from './contract/samples.ts'
import { servers } from './contract/servers.ts'
import { openTwoNodes, type TwoNodes } from './contract/two-nodes.ts'
import { describeUpstreamAccounts } from './contract/upstream-accounts-contract.ts'
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
    describeUpstreamAccounts(current)
    describeClients(current)
    describeAudit(current)
    describeRealms(current)
    describeRealmDefinitions(current)
    describeRealmObjects(current)
    describeWebhookDeliveries(current)
    describeNodes(current)
    describePurge(current)
    describeAttempts(current)

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

    it('needs one round trip where clients are limited and identifiers used, too', async () => {
      const [{ registration, statistics }] = world.nodes
      const before = statistics().roundTrips
      const limits = [{ group: { kind: 'realm' }, max: 100_000, evictUnused: true }] as const
      const use = [{ kind: 'statement', issuer: 'i', jti: 'round trip', until: at + 60 }] as const
      await registration.commit(insertion(sampleClient(), { limits, use }))
      expect(statistics().roundTrips - before).toBe(1)
    })

    it('says that it is not durable where the server does not wait for the disk', async () => {
      const { connection, nodes } = world
      expect(await nodes[0].durability()).toEqual({ durable: true })
      const hasty = await openSqlStore({
        connection: { ...connection, options: '-c synchronous_commit=off' },
        log: () => undefined,
      })
      const { durable, reason } = await hasty.durability()
      await hasty.close()
      expect([durable, reason]).toEqual([false, expect.stringContaining('synchronous_commit is off')])
    })

    it('answers a ping', async () => {
      await expect(world.nodes[0].ping()).resolves.toBeUndefined()
    })
  })
}
