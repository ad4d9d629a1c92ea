import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type AuditEvent,
  ClientExists,
  type InitialAccessTokenStore,
  type RegistrationStore,
  RevisionConflict,
  TokenSpent,
} from '../../../src/registration/index.ts'
import { at, countFulfilled, insertion, removal, replacement, sampleClient, sampleEvent, sampleToken } from './samples.ts'

/** A store, and a second way to the same data: another node's, where there can be one. */
export interface RegistrationStoreUnderTest {
  readonly nodes: readonly [RegistrationStore, RegistrationStore]
  readonly initialAccessTokens: InitialAccessTokenStore
  /** Of one client. */
  events(realm: string, client_id: string): Promise<readonly AuditEvent[]>
  close(): Promise<void>
}

const racers = 200

export function describeRegistrationStore(name: string, open: () => Promise<RegistrationStoreUnderTest>): void {
  describe(name, () => {
    let world: RegistrationStoreUnderTest
    let store: RegistrationStore
    beforeAll(async () => {
      world = await open()
      store = world.nodes[0]
    })
    afterAll(() => world.close())

    const either = (index: number): RegistrationStore => world.nodes[index % 2 === 0 ? 0 : 1]
    const give = async (over: Parameters<typeof sampleToken>[0] = {}) => {
      const token = sampleToken(over)
      await world.initialAccessTokens.insert(token, sampleEvent())
      return token
    }
    const readToken = (token: { realm: string; digest: string }) =>
      store.findInitialAccessToken(token.realm, ['of another root secret', token.digest])

    describe('inserting a client', () => {
      it('refuses an id that is taken, and leaves the client that has it alone', async () => {
        const client = sampleClient()
        await store.commit(insertion(client))
        await expect(store.commit(insertion({ ...client, metadata: {} }))).rejects.toBeInstanceOf(ClientExists)
        expect(await store.findClient('default', client.client_id)).toEqual(client)
        expect(await world.events('default', client.client_id)).toHaveLength(1)
      })

      it('refuses the id of a client that was removed (RFC 7591 §3.2.1: unique)', async () => {
        const client = sampleClient()
        await store.commit(insertion(client))
        await store.commit(removal(client))
        await expect(store.commit(insertion(client))).rejects.toBeInstanceOf(ClientExists)
        expect(await store.findClient('default', client.client_id)).toBeUndefined()
      })

      it('gives the configuration file back an id of its own', async () => {
        const client = sampleClient({ channel: 'provisioned' })
        await store.commit(insertion(client))
        await store.commit(removal(client))
        await store.commit(insertion(client))
        await store.commit(removal(client))
        await store.commit(insertion(client))
        expect(await store.findClient('default', client.client_id)).toEqual(client)
      })

      it('keeps every member as it came', async () => {
        const client = sampleClient()
        await store.commit(insertion(client))
        const found = await store.findClient(client.realm, client.client_id)
        expect(found).toEqual(client)
        expect(JSON.stringify(found?.metadata)).toBe(JSON.stringify(client.metadata))
      })

      it('keeps a client that was admitted with nothing and ends never, and one that came from an address that is none', async () => {
        const { statement: _, review: __, expiresAt: ___, ...rest } = sampleClient({ boundPolicies: [] })
        for (const address of ['::ffff:192.0.2.7', 'fe80::1%eth0', 'somewhere', '']) {
          const client = { ...rest, client_id: sampleClient().client_id, provenance: { address } }
          await store.commit(insertion(client))
          expect(await store.findClient('default', client.client_id)).toEqual(client)
        }
      })

      it('keeps the realms apart', async () => {
        const client = sampleClient()
        await store.commit(insertion(client))
        await store.commit(insertion({ ...client, realm: 'other', metadata: {} }))
        expect((await store.findClient('default', client.client_id))?.metadata).toEqual(client.metadata)
        expect((await store.findClient('other', client.client_id))?.metadata).toEqual({})
        expect(await store.findClient('third', client.client_id)).toBeUndefined()
      })

      it('takes whatever characters JSON can carry', async () => {
        const strange = 'nul \0, half a pair \ud800, \u2028, 😀, "quotes", \\u0000'
        const client = sampleClient({
          metadata: { client_name: strange, software_id: `${strange}${'x'.repeat(10_000)}`, [strange]: strange },
        })
        await store.commit(insertion(client))
        expect((await store.findClient('default', client.client_id))?.metadata).toEqual(client.metadata)
      })

      it('finds nothing under a name that could not have been stored', async () => {
        expect(await store.findClient('default', 'nul\0')).toBeUndefined()
        expect(await store.findClient('\0', '\ud800')).toBeUndefined()
        expect(await store.findInitialAccessToken('default', ['\0'])).toBeUndefined()
        expect(await store.findClient('default', 'x'.repeat(100_000))).toBeUndefined()
      })

      it(`lets one of ${racers} inserts of the same id win`, async () => {
        const client = sampleClient()
        const tries = Array.from({ length: racers }, (_, index) =>
          either(index).commit(insertion({ ...client, metadata: { client_name: `racer ${index}` } })),
        )
        expect(await countFulfilled(tries, (error) => error instanceof ClientExists)).toBe(1)
        expect(await world.events('default', client.client_id)).toHaveLength(1)
      })
    })

    describe('spending an initial access token', () => {
      it('refuses a token that is used up, and inserts nothing', async () => {
        const token = await give()
        const [first, second] = [sampleClient(), sampleClient()]
        await store.commit(insertion(first, { spend: { initialAccessToken: token.id } }))
        await expect(store.commit(insertion(second, { spend: { initialAccessToken: token.id } }))).rejects.toBeInstanceOf(
          TokenSpent,
        )
        expect(await store.findClient('default', second.client_id)).toBeUndefined()
        expect(await world.events('default', second.client_id)).toHaveLength(0)
        expect(await readToken(token)).toEqual({ ...token, uses: 1 })
      })

      it.each([
        ['expired', { expiresAt: at }],
        ['revoked', { revokedAt: at - 1 }],
        ['of another realm', { realm: 'other' }],
      ])('refuses a token that is %s', async (_, over) => {
        const token = await give(over)
        const client = sampleClient()
        await expect(store.commit(insertion(client, { spend: { initialAccessToken: token.id } }))).rejects.toBeInstanceOf(
          TokenSpent,
        )
        expect(await store.findClient('default', client.client_id)).toBeUndefined()
      })

      it('refuses a token that is not there', async () => {
        await expect(store.commit(insertion(sampleClient(), { spend: { initialAccessToken: 'none' } }))).rejects.toBeInstanceOf(
          TokenSpent,
        )
      })

      it('does not spend the token on a client that exists, or existed', async () => {
        const token = await give()
        const [taken, removed] = [sampleClient(), sampleClient()]
        await store.commit(insertion(taken))
        await store.commit(insertion(removed))
        await store.commit(removal(removed))
        for (const client of [taken, removed]) {
          const attempt = store.commit(insertion(client, { spend: { initialAccessToken: token.id } }))
          await expect(attempt).rejects.toBeInstanceOf(ClientExists)
        }
        expect((await readToken(token))?.uses).toBe(0)
      })

      it('counts the uses of a token without limit and without expiry', async () => {
        const { usesMax: _, expiresAt: __, label: ___, ...open } = sampleToken()
        await world.initialAccessTokens.insert(open, sampleEvent())
        const tries = Array.from({ length: 20 }, (____, index) =>
          either(index).commit(insertion(sampleClient(), { spend: { initialAccessToken: open.id } })),
        )
        await Promise.all(tries)
        expect(await readToken(open)).toEqual({ ...open, uses: 20 })
      })

      it(`lets one of ${racers} parallel registrations have the only use`, async () => {
        const token = await give()
        const clients = Array.from({ length: racers }, () => sampleClient())
        const tries = clients.map((client, index) =>
          either(index).commit(insertion(client, { spend: { initialAccessToken: token.id } })),
        )
        expect(await countFulfilled(tries, (error) => error instanceof TokenSpent)).toBe(1)
        const found = await Promise.all(clients.map(({ client_id }) => store.findClient('default', client_id)))
        expect(found.filter((client) => client !== undefined)).toHaveLength(1)
        expect((await readToken(token))?.uses).toBe(1)
      })

      it(`lets seven of ${racers} parallel registrations have the seven uses`, async () => {
        const token = await give({ usesMax: 7 })
        const tries = Array.from({ length: racers }, (_, index) =>
          either(index).commit(insertion(sampleClient(), { spend: { initialAccessToken: token.id } })),
        )
        expect(await countFulfilled(tries, (error) => error instanceof TokenSpent)).toBe(7)
        expect((await readToken(token))?.uses).toBe(7)
      })
    })

    describe('replacing a client', () => {
      it('refuses when somebody else was faster, and records nothing', async () => {
        const client = sampleClient()
        await store.commit(insertion(client))
        const stale = replacement({ ...client, revision: 3 }, 2)
        await expect(store.commit(stale)).rejects.toBeInstanceOf(RevisionConflict)
        expect(await store.findClient('default', client.client_id)).toEqual(client)
        expect(await world.events('default', client.client_id)).toHaveLength(1)
      })

      it('refuses when the client is gone', async () => {
        const client = sampleClient()
        await expect(store.commit(replacement({ ...client, revision: 2 }, 1))).rejects.toBeInstanceOf(RevisionConflict)
      })

      it('writes every member that can change', async () => {
        const client = sampleClient()
        await store.commit(insertion(client))
        const next = {
          ...client,
          updatedAt: at + 5,
          channel: 'administrator' as const,
          state: 'suspended' as const,
          firstParty: true,
          metadata: { client_name: 'another' },
          secrets: [],
          registrationAccessTokens: [],
          provenance: { accessTokenClient: 'c' },
          lockedMembers: [],
          boundPolicies: ['policy-2'],
          statement: { issuerId: 'i', issuer: 'j', digest: 'another', verifiedAt: at + 5, metadata: {}, claims: {}, echoed: {} },
          review: {
            since: at,
            reasons: [],
            decision: 'approved' as const,
            note: 'welcome',
            decidedAt: at + 5,
            decidedBy: 'admin',
          },
          expiresAt: at + 20_000_000,
          revision: 2,
        }
        await store.commit(replacement(next, 1))
        expect(await store.findClient('default', client.client_id)).toEqual(next)
      })

      it(`lets one of ${racers} parallel updates of a revision win`, async () => {
        const client = sampleClient()
        await store.commit(insertion(client))
        const tries = Array.from({ length: racers }, (_, index) =>
          either(index).commit(replacement({ ...client, revision: 2, metadata: { client_name: `racer ${index}` } }, 1)),
        )
        expect(await countFulfilled(tries, (error) => error instanceof RevisionConflict)).toBe(1)
        expect((await store.findClient('default', client.client_id))?.revision).toBe(2)
        expect(await world.events('default', client.client_id)).toHaveLength(2)
      })
    })

    describe('removing a client', () => {
      it('refuses a revision that is not current, and a client that is gone', async () => {
        const client = sampleClient({ revision: 4 })
        await store.commit(insertion(client))
        await expect(store.commit(removal(client, 3))).rejects.toBeInstanceOf(RevisionConflict)
        await store.commit(removal(client, 4))
        await expect(store.commit(removal(client))).rejects.toBeInstanceOf(RevisionConflict)
        expect(await store.findClient('default', client.client_id)).toBeUndefined()
        expect(await world.events('default', client.client_id)).toHaveLength(2)
      })

      it('lets one of an update and a removal of the same revision win', async () => {
        for (let round = 0; round < 20; round += 1) {
          const client = sampleClient()
          await store.commit(insertion(client))
          const tries = [either(0).commit(replacement({ ...client, revision: 2 }, 1)), either(1).commit(removal(client, 1))]
          expect(await countFulfilled(tries, (error) => error instanceof RevisionConflict)).toBe(1)
        }
      })
    })

    it('records an event that changes no client', async () => {
      const client_id = sampleClient().client_id
      const event = sampleEvent({ client_id, requestId: 'request-9', address: '2001:db8::1' })
      await store.commit({ realm: 'default', at, event })
      expect(await world.events('default', client_id)).toEqual([expect.objectContaining(event)])
    })
  })
}
