import { beforeAll, describe, expect, it } from 'vitest'
import type { AttemptRecorder } from '../../../src/registration/index.ts'
import { sampleAttempt } from './samples.ts'
import type { TwoNodes } from './two-nodes.ts'

export function describeAttempts(world: () => TwoNodes): void {
  let one: AttemptRecorder
  let two: AttemptRecorder
  beforeAll(() => {
    ;[one, two] = [world().nodes[0].attempts, world().nodes[1].attempts]
  })
  const record = (realm: string, id: string, over: object = {}) => one.record(sampleAttempt({ realm, id, ...over }))
  const idsOf = async (realm: string, limit = 10_000) => (await one.list(realm, limit)).map(({ id }) => id)

  describe('registration requests that are kept', () => {
    it('are found as they came, newest first, as soon as they were recorded, in their realm alone', async () => {
      const realm = 'attempts'
      const attempts = ['1', '2', '3'].map((id) => sampleAttempt({ realm, id }))
      for (const attempt of attempts) one.record(attempt)
      record('attempts elsewhere', '4')
      expect(await one.list(realm, 2)).toEqual([attempts[2], attempts[1]])
      expect(await two.list(realm, 10)).toEqual([...attempts].reverse())
    })

    it('are written without anybody asking', async () => {
      record('attempts written', '1')
      await expect.poll(() => two.list('attempts written', 1), { timeout: 10_000 }).toHaveLength(1)
    })

    it('are dropped under a flood, which leaves room for other realms', async () => {
      for (let index = 0; index < 5_000; index += 1) record('attempts flooded', String(index).padStart(5, '0'))
      for (const id of ['1', '2']) record('attempts aside', id)
      expect(await idsOf('attempts aside')).toEqual(['2', '1'])
      const kept = await idsOf('attempts flooded')
      expect(kept.length).toBeGreaterThanOrEqual(500)
      expect(kept.length).toBeLessThanOrEqual(2_000)
    })

    it('are dropped where one would fill the memory', async () => {
      record('attempts long', '1', { body: { client_name: 'x'.repeat(300_000) } })
      for (let index = 2; index < 102; index += 1) record('attempts long', String(index), { body: 'x'.repeat(150_000) })
      const kept = await idsOf('attempts long')
      expect(kept).not.toContain('1')
      expect(kept.length).toBeLessThan(60)
    })
  })
}
