import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type Client,
  ClientExists,
  type ClientGroup,
  GroupFull,
  type GroupLimit,
  IdentifierUsed,
  RevisionConflict,
  TokenSpent,
} from '../../../src/registration/index.ts'
import type { RegistrationStoreUnderTest } from './registration-store-contract.ts'
import { at, countFulfilled, insertion, removal, replacement, sampleClient, sampleEvent, sampleToken } from './samples.ts'

export function describeLimits(name: string, open: () => Promise<RegistrationStoreUnderTest>): void {
  describe(`${name}, where the clients of a group are limited`, () => {
    let world: RegistrationStoreUnderTest
    beforeAll(async () => {
      world = await open()
    })
    afterAll(() => world.close())

    const commit = (change: ReturnType<typeof insertion>, index = 0) => world.nodes[index % 2 === 0 ? 0 : 1].commit(change)
    const isFull = (error: unknown) => error instanceof GroupFull
    const limit = (group: ClientGroup, max: number, evictUnused = false): GroupLimit => ({ group, max, evictUnused })
    const someSoftware = (): ClientGroup & { kind: 'software' } => ({ kind: 'software', software_id: randomUUID() })
    const ofSoftware = (group: ClientGroup & { kind: 'software' }, over: Partial<Client> = {}) =>
      sampleClient({ metadata: { software_id: group.software_id }, ...over })
    const isThere = async ({ realm, client_id }: Client) => (await world.nodes[0].findClient(realm, client_id)) !== undefined

    describe('an insert', () => {
      const groups: readonly (readonly [string, ClientGroup, Partial<Client>, Partial<Client>])[] = [
        ['the realm', { kind: 'realm' }, {}, { realm: 'another realm' }],
        [
          'a network of IPv4',
          { kind: 'address', network: '192.0.2.0/24' },
          { provenance: { address: '192.0.2.255' } },
          { provenance: { address: '192.0.3.0' } },
        ],
        [
          'a network of IPv6',
          { kind: 'address', network: '2001:db8:0:1::/64' },
          { provenance: { address: '2001:db8:0:1:ffff:ffff:ffff:ffff' } },
          { provenance: { address: '2001:db8:0:2::' } },
        ],
        [
          'one address',
          { kind: 'address', network: '192.0.2.7/32' },
          { provenance: { address: '192.0.2.7' } },
          { provenance: { address: '192.0.2.8' } },
        ],
        [
          'an address, self-registered ones alone',
          { kind: 'address', network: '192.0.2.7/32' },
          { provenance: { address: '192.0.2.7' } },
          { provenance: { address: '192.0.2.7' }, channel: 'administrator' },
        ],
        [
          'an initial access token',
          { kind: 'token', value: 'initial-access-token:x' },
          { provenance: { initialAccessToken: 'x' } },
          { provenance: { accessTokenClient: 'x' } },
        ],
        [
          "a client's access tokens",
          { kind: 'token', value: 'client:x' },
          { provenance: { accessTokenClient: 'x' } },
          { provenance: { initialAccessToken: 'x' } },
        ],
        [
          'software',
          { kind: 'software', software_id: 's' },
          { metadata: { software_id: 's', software_version: '1' } },
          { metadata: { software_id: 'S' } },
        ],
        [
          'a version of software',
          { kind: 'software', software_id: 's', software_version: '1' },
          { metadata: { software_id: 's', software_version: '1' } },
          { metadata: { software_id: 's', software_version: '2' } },
        ],
      ]
      it.each(groups)('refuses one client more of %s, and counts no other', async (_, group, member, stranger) => {
        const realm = randomUUID()
        const limits = [limit(group, 3)]
        for (let index = 0; index < 3; index += 1) {
          await commit(insertion(sampleClient({ realm, ...stranger })))
          await commit(insertion(sampleClient({ realm, ...member }), { limits }))
        }
        const refused = sampleClient({ realm, ...member })
        await expect(commit(insertion(refused, { limits }))).rejects.toMatchObject({ name: 'GroupFull', limit: 0 })
        expect(await isThere(refused)).toBe(false)
        expect(await world.events(realm, refused.client_id)).toEqual([])
        await commit(insertion(sampleClient({ realm, ...member }), { limits: [limit(group, 4)] }))
      })

      it('names the limit that is full, and spends no token and uses no identifier then', async () => {
        const [full, empty] = [someSoftware(), someSoftware()]
        await commit(insertion(ofSoftware(full)))
        const token = sampleToken()
        await world.initialAccessTokens.insert(token, sampleEvent())
        const use = [{ kind: 'statement', issuer: 'i', jti: randomUUID(), until: at + 60 }] as const
        const limits = [limit(empty, 1), limit(full, 1), limit({ kind: 'realm' }, 1)]
        const spend = { initialAccessToken: token.id }
        const attempt = commit(insertion(sampleClient(), { limits, use, spend }))
        await expect(attempt).rejects.toMatchObject({ name: 'GroupFull', limit: 1 })
        expect((await world.nodes[0].findInitialAccessToken('default', [token.digest]))?.uses).toBe(0)
        await commit(insertion(sampleClient(), { use, spend }))
        await expect(commit(insertion(sampleClient(), { spend, limits: limits.slice(0, 1) }))).rejects.toBeInstanceOf(TokenSpent)
      })

      it.each([
        [5, 0],
        [40, 0],
        [300, 210],
        [1_000, 950],
      ])('lets no more than %i in, however many race, on two nodes, where %i are there already', async (max, there) => {
        const group = someSoftware()
        await Promise.all(Array.from({ length: there }, (_, index) => commit(insertion(ofSoftware(group)), index)))
        const others = { kind: 'address', network: '192.0.2.0/24' } as const
        const tries = Array.from({ length: max - there + 45 }, (_, index) =>
          commit(insertion(ofSoftware(group), { limits: [limit(others, 100_000), limit(group, max)] }), index),
        )
        expect(await countFulfilled(tries, isFull)).toBe(max - there)
        const { counts } = await world.nodes[0].findObstacles({ realm: 'default', limits: [limit(group, 2_000)], use: [] })
        expect(counts).toEqual([max])
      })
    })

    describe('an insert that may evict', () => {
      it('refuses where every client is used, suspended, or not self-registered, and evicts nothing', async () => {
        const group = someSoftware()
        const kept = [
          ofSoftware(group, { state: 'suspended' }),
          ofSoftware(group, { channel: 'administrator' }),
          ofSoftware(group, { channel: 'metadata-document' }),
        ]
        for (const client of kept) await commit(insertion(client))
        await expect(commit(insertion(ofSoftware(group), { limits: [limit(group, 3, true)] }))).rejects.toBeInstanceOf(GroupFull)
        await commit(insertion(ofSoftware(group)))
        await expect(commit(insertion(ofSoftware(group), { limits: [limit(group, 3, true)] }))).rejects.toBeInstanceOf(GroupFull)
        expect(await Promise.all(kept.map(isThere))).toEqual([true, true, true])
      })

      it('evicts the oldest, tells so, and gives its id to nobody else', async () => {
        const group = someSoftware()
        const [young, old, middle] = [5, 1, 3].map((age) => ofSoftware(group, { client_id_issued_at: at + age })) as [
          Client,
          Client,
          Client,
        ]
        for (const client of [young, old, middle]) await commit(insertion(client))
        const next = ofSoftware(group)
        await commit(insertion(next, { limits: [limit(group, 3, true)] }))
        expect(await Promise.all([young, old, middle, next].map(isThere))).toEqual([true, false, true, true])
        const [event] = (await world.events('default', old.client_id)).filter(({ type }) => type === 'client.evicted')
        expect(event).toMatchObject({ actor: 'system', at, details: { for: next.client_id } })
        await expect(commit(insertion(old))).rejects.toBeInstanceOf(ClientExists)
      })

      it('evicts as many as it takes, each once, where several groups are full', async () => {
        const [one, two] = [someSoftware(), someSoftware()]
        const clients = [ofSoftware(one), ofSoftware(one), ofSoftware(two)]
        for (const client of clients) await commit(insertion(client))
        await commit(insertion(sampleClient(), { limits: [limit(one, 1, true), limit(two, 1, true)] }))
        expect(await Promise.all(clients.map(isThere))).toEqual([false, false, false])
      })

      it('evicts nothing where another limit is full, or the id is taken', async () => {
        const [full, group] = [someSoftware(), someSoftware()]
        const [member, taken] = [ofSoftware(group), ofSoftware(full)]
        for (const client of [member, taken]) await commit(insertion(client))
        const limits = [limit(group, 1, true), limit(full, 1)]
        await expect(commit(insertion(sampleClient(), { limits }))).rejects.toMatchObject({ limit: 1 })
        await expect(commit(insertion(taken, { limits: limits.slice(0, 1) }))).rejects.toBeInstanceOf(ClientExists)
        expect(await isThere(member)).toBe(true)
        expect(await world.events('default', member.client_id)).toHaveLength(1)
      })

      it('leaves as many as allowed when 50 race, on two nodes', async () => {
        const group = someSoftware()
        const clients = Array.from({ length: 50 }, () => ofSoftware(group))
        const tries = clients.map((client, index) => commit(insertion(client, { limits: [limit(group, 5, true)] }), index))
        expect(await countFulfilled(tries, isFull)).toBe(50)
        expect((await Promise.all(clients.map(isThere))).filter((there) => there)).toHaveLength(5)
      })
    })

    describe('a replacement', () => {
      it('does not count the client itself, and refuses one that would join a full group', async () => {
        const [from, to] = [someSoftware(), someSoftware()]
        const [client, other] = [ofSoftware(from), ofSoftware(to)]
        for (const each of [client, other]) await commit(insertion(each))
        const joining = replacement({ ...client, revision: 2, metadata: { software_id: to.software_id } }, 1)
        await expect(commit({ ...joining, limits: [limit(to, 1)] })).rejects.toBeInstanceOf(GroupFull)
        await expect(commit({ ...replacement({ ...other, revision: 9 }, 8), limits: [limit(to, 1)] })).rejects.toBeInstanceOf(
          RevisionConflict,
        )
        await commit({ ...replacement({ ...other, revision: 2 }, 1), limits: [limit(to, 1)] })
        await commit({ ...joining, limits: [limit(to, 1, true)] })
        expect(await Promise.all([client, other].map(isThere))).toEqual([true, false])
      })

      it('lets one of 30 racing updates win, and counts it once', async () => {
        const group = someSoftware()
        const client = ofSoftware(group)
        await commit(insertion(client))
        const next = { ...replacement({ ...client, revision: 2 }, 1), limits: [limit(group, 1)] }
        const tries = Array.from({ length: 30 }, (_, index) => commit(next, index))
        expect(await countFulfilled(tries, (error) => error instanceof RevisionConflict)).toBe(1)
      })
    })

    describe('an identifier that is used once', () => {
      const identifier = (over: object = {}) =>
        ({ kind: 'statement', issuer: 'https://i.example', jti: randomUUID(), until: at + 60, ...over }) as const

      it('is refused the second time, at an insert and at a replacement, and nothing is written', async () => {
        const [fresh, used] = [identifier(), identifier({ jti: `${randomUUID()}${'x'.repeat(50_000)}` })]
        const client = sampleClient()
        await commit(insertion(client, { use: [used] }))
        const refused = sampleClient()
        const attempt = commit(insertion(refused, { use: [fresh, used] }))
        await expect(attempt).rejects.toMatchObject({ name: 'IdentifierUsed', identifier: 1 })
        expect(await isThere(refused)).toBe(false)
        const update = commit({ ...replacement({ ...client, revision: 2 }, 1), use: [used, fresh] })
        await expect(update).rejects.toMatchObject({ name: 'IdentifierUsed', identifier: 0 })
        expect((await world.nodes[0].findClient('default', client.client_id))?.revision).toBe(1)
        await commit({ ...replacement({ ...client, revision: 2 }, 1), use: [fresh] })
      })

      it('is another one of another issuer, of another kind, in another realm, and once its time has passed', async () => {
        const used = identifier()
        await commit(insertion(sampleClient(), { use: [used] }))
        const others = [
          { ...used, issuer: 'https://j.example' },
          { ...used, kind: 'request' as const },
        ]
        for (const other of others) await commit(insertion(sampleClient(), { use: [other] }))
        await commit(insertion(sampleClient({ realm: 'elsewhere' }), { use: [used] }))
        await expect(commit(insertion(sampleClient(), { use: [used], at: at + 59 }))).rejects.toBeInstanceOf(IdentifierUsed)
        await commit(insertion(sampleClient(), { use: [{ ...used, until: at + 90 }], at: at + 60 }))
        await expect(commit(insertion(sampleClient(), { use: [used], at: at + 60 }))).rejects.toBeInstanceOf(IdentifierUsed)
      })

      it('stays unused where the change comes to nothing', async () => {
        const use = [identifier()]
        const client = sampleClient()
        await commit(insertion(client))
        await expect(commit(insertion(client, { use }))).rejects.toBeInstanceOf(ClientExists)
        await commit(removal(client))
        await expect(commit(insertion(client, { use }))).rejects.toBeInstanceOf(ClientExists)
        await commit(insertion(sampleClient(), { use }))
      })

      it('lets one of 50 racing registrations use it, with others in any order, on two nodes', async () => {
        const [one, two] = [identifier(), identifier()]
        const tries = Array.from({ length: 50 }, (_, index) =>
          commit(insertion(sampleClient(), { use: index % 3 === 0 ? [one, two] : [two, one] }), index),
        )
        expect(await countFulfilled(tries, (error) => error instanceof IdentifierUsed)).toBe(1)
      })
    })

    it('tells beforehand what stands in the way, and changes nothing', async () => {
      const [group, other] = [someSoftware(), someSoftware()]
      const use = [{ kind: 'request', issuer: 'i', jti: randomUUID(), until: at + 60 }] as const
      const client = ofSoftware(group)
      await commit(insertion(client, { use }))
      await commit(insertion(ofSoftware(other, { channel: 'administrator' })))
      const query = {
        realm: 'default',
        limits: [limit(group, 1, true), limit(other, 1, true), limit(group, 9)],
        use: [...use, { ...use[0], jti: 'fresh' }],
      }
      const expected = { counts: [1, 1, 1], evictable: [true, false, true], used: [true, false] }
      expect(await world.nodes[0].findObstacles(query)).toEqual(expected)
      expect(await world.nodes[0].findObstacles({ ...query, except: client.client_id })).toMatchObject({ counts: [0, 1, 0] })
      expect(await world.nodes[0].findObstacles({ realm: 'default', limits: [], use: [] })).toEqual({
        counts: [],
        evictable: [],
        used: [],
      })
      expect(await isThere(client)).toBe(true)
    })
  })
}
