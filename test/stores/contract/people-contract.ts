import { beforeAll, describe, expect, it } from 'vitest'
import type { SqlStore } from '../../../src/stores/sql/index.ts'
import { at } from './samples.ts'
import type { TwoNodes } from './two-nodes.ts'

export function describePeople(world: () => TwoNodes): void {
  let store: SqlStore
  beforeAll(() => {
    store = world().nodes[0]
  })

  describe('users', () => {
    const alice = {
      id: 'user-1',
      username: 'alice',
      passwordHash: 'hash-1',
      claims: { name: 'Alice', address: { locality: 'X' } },
      active: true,
    }
    const bob = { id: 'user-2', username: 'bob', passwordHash: 'hash-2', claims: {}, active: true }

    it('finds nobody under a name that is not theirs, in another realm, or with a NUL in it', async () => {
      await store.users.provision('people', [alice])
      expect(await store.users.findByUsername('people', 'Alice')).toBeUndefined()
      expect(await store.users.findByUsername('people', 'alice\0')).toBeUndefined()
      expect(await store.users.findByUsername('default', 'alice')).toBeUndefined()
      expect(await store.accounts.findByUsername('people', 'nobody')).toBeUndefined()
    })

    it('provisions the same people twice, on two nodes at once, and finds each once', async () => {
      const people = [alice, bob]
      await Promise.all(
        world().nodes.flatMap(({ users }) => [
          users.provision('people', people),
          users.provision('people', [...people].reverse()),
        ]),
      )
      const expected = { ...alice, realm: 'people', provisioned: true }
      expect(await store.users.findByUsername('people', 'alice')).toEqual(expected)
      expect(await store.users.findById('people', 'user-1')).toEqual(expected)
      expect(await store.accounts.find('people', 'user-1')).toEqual({ id: 'user-1', username: 'alice', claims: alice.claims })
      expect(await store.accounts.findByUsername('people', 'bob')).toEqual({ id: 'user-2', username: 'bob', claims: {} })
    })

    it('keeps the id under which clients know somebody', async () => {
      await store.users.provision('people', [{ ...alice, id: 'another', claims: { name: 'A.' } }, bob])
      expect(await store.accounts.findByUsername('people', 'alice')).toEqual({
        id: 'user-1',
        username: 'alice',
        claims: { name: 'A.' },
      })
    })

    it('no longer lets somebody in who has gone from the file', async () => {
      await store.users.provision('people', [alice])
      expect((await store.users.findByUsername('people', 'bob'))?.active).toBe(false)
      expect(await store.accounts.find('people', 'user-2')).toBeUndefined()
      await store.users.provision('people', [alice, bob])
      expect(await store.accounts.find('people', 'user-2')).toBeDefined()
    })

    it('saves a better password hash', async () => {
      await store.users.savePasswordHash('people', 'user-1', 'better')
      expect((await store.users.findById('people', 'user-1'))?.passwordHash).toBe('better')
    })
  })

  describe('consents', () => {
    const consent = {
      realm: 'default',
      accountId: 'user-1',
      client_id: 'client-1',
      scopes: ['openid', 'profile'],
      claims: ['email'],
      resourceScopes: { 'https://api.example': ['read'] },
      faceDigest: 'face-1',
      givenAt: at,
    }

    it('remembers the last word of a person about a client, and forgets it on request', async () => {
      await store.consents.save(consent)
      await store.consents.save({ ...consent, scopes: ['openid'], givenAt: at + 1 })
      expect(await store.consents.find('default', 'user-1', 'client-1')).toEqual({
        ...consent,
        scopes: ['openid'],
        givenAt: at + 1,
      })
      expect(await store.consents.find('default', 'user-1', 'client-2')).toBeUndefined()
      await store.consents.remove('default', 'user-1', 'client-1')
      expect(await store.consents.find('default', 'user-1', 'client-1')).toBeUndefined()
    })
  })

  describe('revoked tokens', () => {
    it('are known by jti and realm, added once or twice', async () => {
      await store.revokedTokens.add('default', 'jti-1', at + 60)
      await store.revokedTokens.add('default', 'jti-1', at + 60)
      expect(await store.revokedTokens.has('default', 'jti-1')).toBe(true)
      expect(await store.revokedTokens.has('other', 'jti-1')).toBe(false)
      expect(await store.revokedTokens.has('default', 'jti-2')).toBe(false)
    })
  })
}
