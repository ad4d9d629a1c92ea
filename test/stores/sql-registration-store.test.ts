import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { describe, expect, it } from 'vitest'
import { describeLimits } from './contract/limits-contract.ts'
import { describeRegistrationStore, type RegistrationStoreUnderTest } from './contract/registration-store-contract.ts'
import { insertion, sampleClient } from './contract/samples.ts'
import { servers } from './contract/servers.ts'
import { openTwoNodes } from './contract/two-nodes.ts'

for (const [name, server] of servers) {
  const open = async (): Promise<RegistrationStoreUnderTest> => {
    const { nodes, close } = await openTwoNodes(server)
    return {
      nodes: [nodes[0].registration, nodes[1].registration],
      initialAccessTokens: nodes[0].initialAccessTokens,
      events: (realm, client_id) => nodes[0].audit.list({ realm, client_id, limit: 1000 }),
      close,
    }
  }
  describeRegistrationStore(`the SQL store on ${name}`, open)
  describeLimits(`the SQL store on ${name}`, open)
  describeBudgets(`the SQL store on ${name}`, server)
}

/** What is shared out of a limit is the store's own affair; whoever joins without asking for a limit depends on it. */
function describeBudgets(name: string, server: pg.PoolConfig | undefined): void {
  describe(`${name}, where a group of 250 has a limit`, () => {
    it.each([
      { max: 1_000, sharedMax: 1_000 - 250, secondsMin: 0, secondsMax: 10 },
      { max: 100_000, sharedMax: (100_000 - 250) / 2, secondsMin: 200, secondsMax: 300 },
    ])(
      'of $max, shares out no more than $sharedMax, for $secondsMax seconds',
      async ({ max, sharedMax, secondsMin, secondsMax }) => {
        const { nodes, connection, close } = await openTwoNodes(server)
        const software_id = randomUUID()
        const change = () => insertion(sampleClient({ metadata: { software_id } }))
        const limits = [{ group: { kind: 'software', software_id }, max, evictUnused: false }] as const
        await Promise.all(Array.from({ length: 250 }, () => nodes[0].registration.commit(change())))
        await Promise.all(
          Array.from({ length: 40 }, (_, index) => nodes[index % 2 === 0 ? 0 : 1].registration.commit({ ...change(), limits })),
        )
        const client = new pg.Client(connection)
        await client.connect()
        const { rows } = await client.query(
          'select sum(budget)::integer as shared, max(expires_at) - extract(epoch from clock_timestamp())::integer as seconds from limit_budgets',
        )
        await client.end()
        await close()
        const { shared, seconds } = rows[0]
        // Some of it is spent.
        expect(shared).toBeGreaterThan(sharedMax - 100)
        expect(shared).toBeLessThanOrEqual(sharedMax)
        expect(Number(seconds)).toBeGreaterThanOrEqual(secondsMin)
        expect(Number(seconds)).toBeLessThanOrEqual(secondsMax)
      },
    )
  })
}
