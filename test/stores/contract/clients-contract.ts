import { beforeAll, describe, expect, it } from 'vitest'
import type { Client } from '../../../src/registration/index.ts'
import type { SqlStore } from '../../../src/stores/sql/index.ts'
import { at, insertion, removal, replacement, sampleClient, sampleEvent, sampleToken } from './samples.ts'
import type { TwoNodes } from './two-nodes.ts'

export function describeClients(world: () => TwoNodes): void {
  let store: SqlStore
  beforeAll(() => {
    store = world().nodes[0]
  })

  describe('lists of clients', () => {
    const realm = 'listed'
    const made: readonly Client[] = Array.from({ length: 25 }, (_, index) =>
      sampleClient({
        realm,
        client_id: `client-${String(index).padStart(2, '0')}`,
        channel: index % 2 === 0 ? 'open' : 'administrator',
        state: index % 5 === 0 ? 'suspended' : 'active',
        metadata: { client_name: `Größe 100%_${index}`, software_id: `software-${index % 3}` },
      }),
    )
    const ids = (clients: readonly Client[]) => clients.map(({ client_id }) => client_id)
    beforeAll(async () => {
      for (const client of made) await store.registration.commit(insertion(client))
    })

    it('come newest first, page after page, each client once', async () => {
      const seen: string[] = []
      for (let after: string | undefined; ; ) {
        const page = await store.clients.list({ realm, limit: 10, ...(after === undefined ? {} : { after }) })
        seen.push(...ids(page))
        after = page.at(-1)?.client_id
        if (page.length < 10) break
      }
      expect(seen).toEqual(ids(made).reverse())
      expect(await store.clients.list({ realm, limit: 1 })).toEqual([made[24]])
      expect(await store.clients.find(realm, 'client-03')).toEqual(made[3])
    })

    it('are filtered by channel, state, software and a part of the name, in any case', async () => {
      const list = async (filter: object) => ids(await store.clients.list({ realm, limit: 100, ...filter }))
      expect(await list({ channel: 'administrator' })).toHaveLength(12)
      expect(await list({ state: 'suspended', channel: 'open' })).toEqual(['client-20', 'client-10', 'client-00'])
      expect(await list({ software_id: 'software-2', after: 'client-09' })).toEqual(['client-08', 'client-05', 'client-02'])
      expect(await list({ name: 'gRöSSe 100' })).toEqual([])
      expect(await list({ name: 'GRÖßE 100' })).toHaveLength(25)
      expect(await list({ name: '%_7' })).toEqual(['client-07'])
      expect(await list({ name: '%%' })).toEqual([])
      expect(await list({ name: '\\' })).toEqual([])
      expect(await list({ name: '\0' })).toEqual([])
      expect(await list({ channel: "' or true --" })).toEqual([])
    })
  })

  describe('extended properties', () => {
    const realm = 'properties'
    const list = async (name: string, value: string) =>
      ids(await store.clients.list({ realm, limit: 100, property: { name, value } }))
    const ids = (clients: readonly Client[]) => clients.map(({ client_id }) => client_id)

    it('find a client by each exact value, in its realm alone, however long the value is', async () => {
      const client = sampleClient({ realm })
      const long = 'x'.repeat(5_000)
      await store.registration.commit(insertion(client, { searchable: ['team=red', 'team=blue', `long=${long}`, 'nul=\0'] }))
      await store.registration.commit(insertion(sampleClient({ realm }), { searchable: [] }))
      await store.registration.commit(insertion({ ...client, realm: 'other properties' }, { searchable: ['team=red'] }))
      for (const [name, value] of [
        ['team', 'red'],
        ['team', 'blue'],
        ['long', long],
        ['nul', '\0'],
      ] as const) {
        expect(await list(name, value)).toEqual([client.client_id])
      }
      for (const [name, value] of [
        ['team', 'r'],
        ['team', 'RED'],
        ['long', `${long}y`],
        ['red', 'team'],
        ['team=red', ''],
      ] as const) {
        expect(await list(name, value)).toEqual([])
      }
    })

    it('are found as an update leaves them, and stay with one that says nothing about them', async () => {
      const client = sampleClient({ realm })
      await store.registration.commit(insertion(client, { searchable: ['stage=one'] }))
      await store.registration.commit(replacement({ ...client, revision: 2 }, 1))
      expect(await list('stage', 'one')).toEqual([client.client_id])
      await store.registration.commit({ ...replacement({ ...client, revision: 3 }, 2), searchable: ['stage=two'] })
      expect([await list('stage', 'one'), await list('stage', 'two')]).toEqual([[], [client.client_id]])
      await store.registration.commit({ ...replacement({ ...client, revision: 4 }, 3), searchable: [] })
      expect(await list('stage', 'two')).toEqual([])
    })
  })

  describe('the history of a client', () => {
    const realm = 'history'
    const event = (type: string, actor: string, client_id: string) => sampleEvent({ realm, type, actor, client_id })

    it('tells each revision with who made it, newest first and page by page, to its removal', async () => {
      const { statement, review, expiresAt, boundPolicies, ...client } = sampleClient({ realm })
      const first = { ...client, statement, review, expiresAt, boundPolicies } as Client
      const plain: Client = { ...client, boundPolicies: [], revision: 2, updatedAt: at + 1, state: 'pending' }
      const { client_id } = client
      await store.registration.commit(insertion(first, { event: event('client.registered', 'anonymous', client_id) }))
      await store.registration.commit({ ...replacement(plain, 1), event: event('client.updated', 'its token', client_id) })
      const seen = await store.clients.history({ realm, client_id, limit: 10 })
      expect(seen.map(({ revision, at: time, state, madeBy }) => [revision, time, state, madeBy?.type, madeBy?.actor])).toEqual([
        [2, at + 1, 'pending', 'client.updated', 'its token'],
        [1, at, 'active', 'client.registered', 'anonymous'],
      ])
      expect(seen[1]).toMatchObject({ metadata: client.metadata, statement, review, expiresAt, boundPolicies })
      expect(seen[0]).not.toHaveProperty('statement')
      await store.registration.commit({ ...removal(plain), event: event('client.deleted', 'admin', client_id) })
      const [last, ...none] = await store.clients.history({ realm, client_id, limit: 1 })
      expect(none).toEqual([])
      expect(last).toMatchObject({ revision: 2, madeBy: { actor: 'its token' }, removedBy: { actor: 'admin' } })
      const rest = await store.clients.history({ realm, client_id, limit: 10, after: last?.madeBy?.id ?? '' })
      expect(rest).toEqual([seen[1]])
      expect(await store.clients.history({ realm, client_id: 'nobody', limit: 10 })).toEqual([])
    })

    it('tells who took the client away, in its realm alone, and nobody as long as it is there', async () => {
      const client = sampleClient({ realm })
      const { client_id } = client
      await store.registration.commit(insertion(client, { event: event('client.registered', 'anonymous', client_id) }))
      expect(await store.clients.removedBy(realm, client_id)).toBeUndefined()
      await store.registration.commit({ ...removal(client), event: event('client.deleted', 'admin', client_id) })
      expect(await store.clients.removedBy(realm, client_id)).toBe('admin')
      expect(await store.clients.removedBy('elsewhere', client_id)).toBeUndefined()
    })
  })

  describe('the use of a client', () => {
    it('is written soon, with its first and its last time, and touches nothing else', async () => {
      const client = sampleClient({ realm: 'used' })
      await store.registration.commit(insertion(client))
      store.clients.recordUse('used', client.client_id, at + 10)
      store.clients.recordUse('used', client.client_id, at + 20)
      store.clients.recordUse('used', 'of a client that is gone', at)
      await expect
        .poll(() => store.clients.findClient('used', client.client_id), { timeout: 10_000 })
        .toEqual({
          ...client,
          firstUsedAt: at + 20,
          lastUsedAt: at + 20,
        })
      store.clients.recordUse('used', client.client_id, at + 500)
      await expect
        .poll(() => store.clients.findClient('used', client.client_id), { timeout: 10_000 })
        .toEqual({ ...client, firstUsedAt: at + 20, lastUsedAt: at + 500 })
    })

    it('survives an update of the client that was read before it', async () => {
      const client = sampleClient({ realm: 'used' })
      await store.registration.commit(insertion(client))
      store.clients.recordUse('used', client.client_id, at + 10)
      await expect
        .poll(async () => (await store.clients.findClient('used', client.client_id))?.lastUsedAt, { timeout: 10_000 })
        .toBe(at + 10)
      await store.registration.commit({
        realm: 'used',
        replace: { client: { ...client, revision: 2 }, ifRevision: 1 },
        at,
        event: sampleEvent(),
      })
      expect((await store.clients.findClient('used', client.client_id))?.firstUsedAt).toBe(at + 10)
    })
  })

  describe('initial access tokens', () => {
    it('are listed newest first, page by page, and found by id', async () => {
      const tokens = ['t1', 't2', 't3'].map((id) => sampleToken({ realm: 'tokens', id, digest: id }))
      for (const token of tokens) await store.initialAccessTokens.insert(token, sampleEvent({ realm: 'tokens' }))
      expect(await store.initialAccessTokens.list('tokens', 2)).toEqual([tokens[2], tokens[1]])
      expect(await store.initialAccessTokens.list('tokens', 2, 't2')).toEqual([tokens[0]])
      expect(await store.initialAccessTokens.find('tokens', 't3')).toEqual(tokens[2])
      expect(await store.initialAccessTokens.find('default', 't3')).toBeUndefined()
      expect(await store.audit.list({ realm: 'tokens', limit: 10 })).toHaveLength(3)
    })

    it('are revoked once, with one event', async () => {
      const token = sampleToken({ realm: 'revoking' })
      await store.initialAccessTokens.insert(token, sampleEvent({ realm: 'revoking' }))
      const event = sampleEvent({ realm: 'revoking', type: 'revoked' })
      const revoke = (node: SqlStore) => node.initialAccessTokens.revoke('revoking', token.id, at + 3, event)
      const results = await Promise.all(world().nodes.flatMap((node) => [revoke(node), revoke(node)]))
      expect(results.filter((done) => done)).toHaveLength(1)
      expect(await store.initialAccessTokens.find('revoking', token.id)).toEqual({ ...token, revokedAt: at + 3 })
      expect(await store.audit.list({ realm: 'revoking', type: 'revoked', limit: 10 })).toHaveLength(1)
      expect(await store.initialAccessTokens.revoke('revoking', 'none', at, event)).toBe(false)
    })
  })
}
