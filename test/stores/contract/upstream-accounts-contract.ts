import { beforeAll, describe, expect, it } from 'vitest'
import type { SqlStore } from '../../../src/stores/sql/index.ts'
import { at } from './samples.ts'
import type { TwoNodes } from './two-nodes.ts'

export function describeUpstreamAccounts(world: () => TwoNodes): void {
  describe('accounts of people who sign in elsewhere', () => {
    const realm = 'elsewhere'
    let store: SqlStore
    beforeAll(() => {
      store = world().nodes[0]
    })

    const linkOf = (subject: string, changes: object = {}) => ({
      ...{ realm, provider: 'company', issuer: 'https://id.company.example', subject },
      ...changes,
    })
    const event = (type: string) => ({ realm, type, at, actor: 'identity-provider:company', details: {} })
    const account = (id: string, username: string, claims: object = {}) => ({
      id,
      usernames: [username, `${username}@company`, `${username}#${id}`],
      claims: { ...claims },
    })
    const create = (subject: string, { id, usernames, claims }: ReturnType<typeof account>, node = 0) =>
      (node === 0 ? store : world().nodes[1]).upstreamAccounts.create(
        linkOf(subject),
        { id, usernames, claims },
        event('account.created'),
      )

    it('are found by realm, provider, issuer and subject together, and by nothing less', async () => {
      await create('s-1', account('a-1', 'grace'))
      expect(await store.upstreamAccounts.find(linkOf('s-1'))).toMatchObject({
        ...{ id: 'a-1', username: 'grace', passwordHash: '', active: true, provisioned: false, ownsAccount: true },
      })
      for (const change of [
        { realm: 'other' },
        { provider: 'other' },
        { issuer: 'https://id.company.example/' },
        { subject: 'S-1' },
      ])
        expect(await store.upstreamAccounts.find(linkOf('s-1', change))).toBeUndefined()
    })

    it('come to be once, whichever node is asked at the same moment, and nothing of the other is left', async () => {
      const made = await Promise.all([0, 1, 0, 1].map((node, index) => create('s-2', account(`r-${index}`, 'racer'), node)))
      expect(made.filter((user) => user !== undefined)).toHaveLength(1)
      const kept = await store.upstreamAccounts.find(linkOf('s-2'))
      const ids = await Promise.all([0, 1, 2, 3].map((index) => store.users.findById(realm, `r-${index}`)))
      expect(ids.filter((user) => user !== undefined).map((user) => user?.id)).toEqual([kept?.id])
    })

    it('have the first name that is free', async () => {
      await store.users.provision(realm, [{ id: 'p-1', username: 'taken', passwordHash: 'x', claims: {}, active: true }])
      expect((await create('s-3', account('a-3', 'taken')))?.username).toBe('taken@company')
      expect((await create('s-4', account('a-4', 'taken')))?.username).toBe('taken#a-4')
    })

    it('are found by an address that somebody verified, whatever its case', async () => {
      const people = [
        { id: 'e-1', username: 'e-one', claims: { email: 'One@company.example' } },
        { id: 'e-2', username: 'e-two', claims: { email: 'two@company.example', email_verified: false } },
      ].map((person) => ({ ...person, passwordHash: 'x', active: true }))
      await store.users.provision(realm, people)
      await create('s-5', account('a-5', 'five', { email: 'five@company.example' }))
      await create('s-6', account('a-6', 'six', { email: 'six@company.example', email_verified: true }))
      const found = async (email: string) => (await store.upstreamAccounts.findByVerifiedEmail(realm, email)).map(({ id }) => id)
      expect(await found('ONE@company.example')).toEqual(['e-1'])
      expect(await found('six@company.example')).toEqual(['a-6'])
      for (const email of ['two@company.example', 'five@company.example', 'none@company.example'])
        expect(await found(email)).toEqual([])
    })

    it('keep their links when linked to somebody who is there, once, and follow claims unless the file says them', async () => {
      expect(await store.upstreamAccounts.link(linkOf('s-7'), 'e-1', event('account.linked'))).toBe(true)
      expect(await store.upstreamAccounts.link(linkOf('s-7'), 'e-2', event('account.linked'))).toBe(false)
      expect(await store.upstreamAccounts.find(linkOf('s-7'))).toMatchObject({ id: 'e-1', ownsAccount: false })
      await store.upstreamAccounts.saveClaims(realm, 'e-1', { name: 'changed' })
      expect((await store.users.findById(realm, 'e-1'))?.claims).toEqual({ email: 'One@company.example' })
      await store.upstreamAccounts.saveClaims(realm, 'a-5', { name: 'changed' })
      expect((await store.users.findById(realm, 'a-5'))?.claims).toEqual({ name: 'changed' })
    })

    it('leave their name to somebody whom the operator calls so, and stay theirs', async () => {
      await create('s-8', account('a-8', 'admin'))
      await store.users.provision(realm, [{ id: 'p-8', username: 'admin', passwordHash: 'x', claims: {}, active: true }])
      expect((await store.users.findByUsername(realm, 'admin'))?.id).toBe('p-8')
      expect(await store.upstreamAccounts.find(linkOf('s-8'))).toMatchObject({
        id: 'a-8',
        username: 'admin#a-8',
        provisioned: false,
      })
    })

    it('are told to the audit trail', async () => {
      const events = await store.audit.list({ realm, limit: 50 })
      const types = events.map(({ type }) => type)
      expect(types.filter((type) => type === 'account.linked')).toHaveLength(1)
      expect(types.filter((type) => type === 'account.created')).toHaveLength(7)
    })
  })
}
