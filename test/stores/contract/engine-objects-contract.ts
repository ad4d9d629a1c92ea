import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import type { EngineObject } from '../../../src/stores/contracts.ts'
import type { EngineObjects } from '../../../src/stores/sql/engine-objects.ts'
import { at, insertion, removal, sampleClient } from './samples.ts'
import type { TwoNodes } from './two-nodes.ts'

export function describeEngineObjects(world: () => TwoNodes): void {
  describe('objects of the engine', () => {
    let objects: EngineObjects
    let other: EngineObjects
    beforeAll(() => {
      objects = world().nodes[0].objects
      other = world().nodes[1].objects
    })

    it('finds nothing where there is nothing', async () => {
      const key = { realm: 'default', model: 'Session', id: 'none' }
      expect(await objects.find(key)).toBeUndefined()
      expect(await objects.findByUid('default', 'Session', '\0')).toBeUndefined()
      expect(await objects.findByUserCode('default', 'DeviceCode', 'ABCD-\0')).toBeUndefined()
      expect(await objects.findByAccount('default', 'Session', 'nobody')).toEqual([])
      expect(await objects.consume(key, at)).toBe(false)
      await objects.destroy(key)
      await objects.destroyByGrant('default', 'none')
    })

    it('keeps a payload as it came, whatever a request put into it', async () => {
      const object = sampleObject({ payload: { z: 1, a: { state: 'nul \0 half \udc00' }, list: [null, true] } })
      await objects.upsert(object)
      expect(await other.find(object)).toEqual({ payload: object.payload, expiresAt: at + 60 })
    })

    it('replaces what was there, but what was consumed stays consumed', async () => {
      const object = sampleObject()
      await objects.upsert(object)
      expect(await objects.consume(object, at + 1)).toBe(true)
      await objects.upsert({ ...object, payload: { second: true }, expiresAt: at + 90 })
      expect(await objects.find(object)).toEqual({ payload: { second: true }, consumedAt: at + 1, expiresAt: at + 90 })
    })

    it('keeps what is saved at once, on two nodes, and of two states of an object the later one', async () => {
      const many = Array.from({ length: 120 }, () => sampleObject())
      const elsewhere = many.toReversed().map((object) => other.upsert({ ...object, payload: { elsewhere: true } }))
      await Promise.all([...many.map((object) => objects.upsert(object)), ...elsewhere])
      const found = await Promise.all(many.map((object) => other.find(object)))
      expect(found.every((stored) => stored !== undefined)).toBe(true)
      const [object = sampleObject()] = many
      await Promise.all([objects.upsert(object), objects.upsert({ ...object, payload: { later: true } })])
      expect((await objects.find(object))?.payload).toEqual({ later: true })
    })

    it('keeps what is saved beside something that cannot be', async () => {
      const [good, bad] = [sampleObject(), { ...sampleObject(), model: null as unknown as string }]
      const [one, another] = await Promise.allSettled([objects.upsert(good), objects.upsert(bad)])
      expect([one.status, another.status]).toEqual(['fulfilled', 'rejected'])
      expect(await objects.find(good)).toBeDefined()
    })

    it('keeps realms and models apart', async () => {
      const object = sampleObject()
      await objects.upsert(object)
      expect(await objects.find({ ...object, realm: 'other' })).toBeUndefined()
      expect(await objects.find({ ...object, model: 'RefreshToken' })).toBeUndefined()
      expect(await objects.findByUid('other', object.model, object.uid ?? '')).toBeUndefined()
    })

    it('finds by uid, user code and account', async () => {
      const object = sampleObject()
      await objects.upsert(object)
      const stored = { payload: object.payload, expiresAt: at + 60 }
      expect(await objects.findByUid('default', object.model, object.uid ?? '')).toEqual(stored)
      expect(await objects.findByUserCode('default', object.model, object.userCode ?? '')).toEqual(stored)
      const later = sampleObject({ accountId: object.accountId ?? '', expiresAt: at + 61 })
      await objects.upsert(later)
      const ofAccount = await objects.findByAccount('default', object.model, object.accountId ?? '')
      expect(ofAccount.map(({ id }) => id)).toEqual([object.id, later.id])
    })

    it('does not find what has expired, and does not let it be consumed', async () => {
      const object = sampleObject({ expiresAt: at })
      await objects.upsert(object)
      expect(await objects.find(object)).toBeUndefined()
      expect(await objects.findByUid('default', object.model, object.uid ?? '')).toBeUndefined()
      expect(await objects.findByUserCode('default', object.model, object.userCode ?? '')).toBeUndefined()
      expect(await objects.findByAccount('default', object.model, object.accountId ?? '')).toEqual([])
      expect(await objects.consume(object, at)).toBe(false)
    })

    it('keeps what has no expiry', async () => {
      const { expiresAt: _, ...object } = sampleObject()
      await objects.upsert(object)
      expect(await objects.find(object)).toEqual({ payload: object.payload })
    })

    it('destroys one, or all of a grant', async () => {
      const grantId = randomUUID()
      const family = [sampleObject({ grantId }), sampleObject({ grantId }), sampleObject({ grantId, realm: 'other' })] as const
      for (const object of family) await objects.upsert(object)
      const single = sampleObject()
      await objects.upsert(single)
      await objects.destroy(single)
      await objects.destroyByGrant('default', grantId)
      expect(await Promise.all([single, ...family].map(async (object) => (await objects.find(object)) !== undefined))).toEqual([
        false,
        false,
        false,
        true,
      ])
    })

    it('lets one of 200 parallel redemptions consume a code, over two nodes', async () => {
      const code = sampleObject()
      await objects.upsert(code)
      const results = await Promise.all(
        Array.from({ length: 200 }, (_, index) => (index % 2 === 0 ? objects : other).consume(code, at + 1)),
      )
      expect(results.filter((won) => won)).toHaveLength(1)
    })

    it('lets one of 200 parallel requests insert a jti, over two nodes, and the next one once it has expired', async () => {
      const jti = sampleObject()
      const race = () =>
        Promise.all(Array.from({ length: 200 }, (_, index) => (index % 2 === 0 ? objects : other).insertOnce(jti)))
      expect((await race()).filter((won) => won)).toHaveLength(1)
      await objects.upsert({ ...jti, expiresAt: at })
      expect((await race()).filter((won) => won)).toHaveLength(1)
    })

    it('goes with its client (RFC 7592 §2.3), and with no other', async () => {
      const { registration, consents } = world().nodes[0]
      const [gone, stays] = [sampleClient(), sampleClient()]
      const [lost, kept] = [sampleObject({ client_id: gone.client_id }), sampleObject({ client_id: stays.client_id })]
      for (const client of [gone, stays]) {
        await registration.commit(insertion(client))
        await consents.save({ ...sampleConsent, client_id: client.client_id })
      }
      await objects.upsert(lost)
      await objects.upsert(kept)
      await expect(registration.commit(removal(gone, 7))).rejects.toThrow()
      expect(await objects.find(lost)).toBeDefined()
      await registration.commit(removal(gone))
      expect(await objects.find(lost)).toBeUndefined()
      expect(await objects.find(kept)).toBeDefined()
      expect(await consents.find('default', 'account', gone.client_id)).toBeUndefined()
      expect(await consents.find('default', 'account', stays.client_id)).toBeDefined()
    })
  })
}

const sampleConsent = {
  realm: 'default',
  accountId: 'account',
  scopes: [],
  claims: [],
  resourceScopes: {},
  faceDigest: 'face',
  givenAt: at,
}

function sampleObject(over: Partial<EngineObject> = {}): EngineObject {
  const random = randomUUID()
  return {
    realm: 'default',
    model: 'AuthorizationCode',
    id: `id ${random}`,
    payload: { kind: 'AuthorizationCode', iat: at },
    grantId: `grant ${random}`,
    uid: `uid ${random}`,
    userCode: `code ${random}`,
    accountId: `account ${random}`,
    client_id: 'client',
    expiresAt: at + 60,
    ...over,
  }
}
