import { beforeAll, describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../src/registration/index.ts'
import type { SigningKey } from '../../../src/stores/contracts.ts'
import type { SqlStore } from '../../../src/stores/sql/index.ts'
import { at, sampleEvent } from './samples.ts'
import type { TwoNodes } from './two-nodes.ts'

export function describeRealms(world: () => TwoNodes): void {
  let one: SqlStore
  let two: SqlStore
  beforeAll(() => {
    ;[one, two] = world().nodes
  })
  const revisionOf = async (realm: string) => (await one.realmStates.read()).find(({ name }) => name === realm)?.revision

  const save = (realm: string, settings: JsonObject) =>
    one.realmStates.saveRegistrationSettings(realm, settings, sampleEvent({ realm }))

  describe('the state of a realm', () => {
    it('is provisioned by nodes that start at once, and counts only what has changed', async () => {
      const file = [
        { name: 'b', definitionDigest: '1' },
        { name: 'a', definitionDigest: '1' },
      ]
      await Promise.all(
        [one, two, one, two].map(({ realmStates }, index) => realmStates.provision(index % 2 === 0 ? file : [...file].reverse())),
      )
      expect([await revisionOf('a'), await revisionOf('b')]).toEqual([1, 1])
      await two.realmStates.provision([{ name: 'a', definitionDigest: '2' }])
      expect([await revisionOf('a'), await revisionOf('b')]).toEqual([2, 1])
    })

    it('holds the settings that an administrator saved', async () => {
      await one.realmStates.provision([{ name: 'saved', definitionDigest: '1' }])
      await save('saved', { enabled: true, text: '\0' })
      const state = (await two.realmStates.read()).find(({ name }) => name === 'saved')
      expect(state).toMatchObject({ name: 'saved', revision: 2, registrationSettings: { enabled: true, text: '\0' } })
      await one.realmStates.provision([{ name: 'saved', definitionDigest: '1' }])
      expect(await revisionOf('saved')).toBe(2)
    })

    it('records who saved the settings', async () => {
      const event = sampleEvent({ realm: 'recorded', type: 'registration-settings.changed', details: { changed: ['enabled'] } })
      await one.realmStates.saveRegistrationSettings('recorded', { enabled: false }, event)
      const [recorded] = await one.audit.list({ realm: 'recorded', type: event.type, limit: 1 })
      expect(recorded).toEqual({ ...event, id: recorded?.id })
    })

    it('is told to every node within a second, once for each change', async () => {
      const heard: string[] = []
      await two.realmStates.read()
      const subscription = await two.realmStates.onChange((realms) => heard.push(...realms))
      await save('told-1', {})
      await expect.poll(() => heard, { timeout: 1_000, interval: 10 }).toEqual(['told-1'])
      await one.signingKeys.change('told-2', async () => ({ insert: [], publishUntil: {} }))
      await expect.poll(() => heard, { timeout: 1_000, interval: 10 }).toEqual(['told-1', 'told-2'])
      await subscription.stop()
      await save('told-1', {})
      await two.realmStates.read()
      expect(heard).toEqual(['told-1', 'told-2'])
    })

    it('misses no change between reading and subscribing', async () => {
      await two.realmStates.read()
      await save('between', {})
      const heard: string[] = []
      const subscription = await two.realmStates.onChange((realms) => heard.push(...realms))
      await expect.poll(() => heard, { timeout: 1_000, interval: 10 }).toContain('between')
      await subscription.stop()
    })
  })

  describe('signing keys', () => {
    const key = (kid: string, over: Partial<SigningKey> = {}): SigningKey => ({
      realm: 'keys',
      kid,
      alg: 'ES256',
      publicJwk: { kty: 'EC', kid },
      sealedPrivateJwk: 'sealed',
      createdAt: at,
      signsFrom: at + 60,
      ...over,
    })

    it('are inserted and retired in one change, of which the realm knows', async () => {
      await one.signingKeys.change('keys', async (keys) => {
        expect(keys).toEqual([])
        return { insert: [key('k1'), key('k2', { createdAt: at + 1, publishedUntil: at + 9 })], publishUntil: {} }
      })
      const before = await revisionOf('keys')
      await two.signingKeys.change('keys', async () => ({ insert: [], publishUntil: { k1: at + 100, gone: at } }))
      expect(await one.signingKeys.list('keys')).toEqual([
        key('k1', { publishedUntil: at + 100 }),
        key('k2', { createdAt: at + 1, publishedUntil: at + 9 }),
      ])
      expect(await revisionOf('keys')).toBe((before ?? 0) + 1)
      expect(await one.signingKeys.list('other')).toEqual([])
    })

    it('stay as they are when the change fails', async () => {
      const before = await one.signingKeys.list('keys')
      const failing = one.signingKeys.change('keys', () => Promise.reject(new Error('no key today')))
      await expect(failing).rejects.toThrow('no key today')
      await expect(
        one.signingKeys.change('keys', async () => ({ insert: [key('k9'), key('k9')], publishUntil: {} })),
      ).rejects.toThrow()
      expect(await one.signingKeys.list('keys')).toEqual(before)
    })

    it('are made once when many nodes find that there are none', async () => {
      const makeFirst = (node: SqlStore, index: number) =>
        node.signingKeys.change('fresh', async (keys) => ({
          insert: keys.length === 0 ? [key(`first-${index}`, { realm: 'fresh' })] : [],
          publishUntil: {},
        }))
      await Promise.all(Array.from({ length: 12 }, (_, index) => makeFirst(index % 2 === 0 ? one : two, index)))
      expect(await one.signingKeys.list('fresh')).toHaveLength(1)
    })
  })
}
