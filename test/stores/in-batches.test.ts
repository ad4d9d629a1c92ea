import { describe, expect, it } from 'vitest'
import { StoreUnavailable } from '../../src/registration/index.ts'
import { inBatches } from '../../src/stores/sql/in-batches.ts'

describe('what is wanted in the same turn of the event loop', () => {
  it('is done by one piece of work, and everybody gets their own of it', async () => {
    const batches: (readonly number[])[] = []
    const double = inBatches<number, number>(async (items) => {
      batches.push(items)
      return new Map(items.flatMap((item, index) => (item % 2 === 0 ? [[index, item * 2]] : [])))
    })
    expect(await Promise.all([double(2), double(3), Promise.resolve().then(() => double(4))])).toEqual([4, undefined, 8])
    expect(await double(6)).toBe(12)
    expect(batches).toEqual([[2, 3, 4], [6]])
  })

  it('is parted where it is too much for one', async () => {
    const sizes: number[] = []
    const run = inBatches<number, number>(async (items) => {
      sizes.push(items.length)
      return new Map(items.map((item, index) => [index, item]))
    })
    const items = Array.from({ length: 250 }, (_, index) => index)
    expect(await Promise.all(items.map(run))).toEqual(items)
    expect(sizes).toEqual([100, 100, 50])
  })

  it('fails for those alone whose item is to blame', async () => {
    const run = inBatches<string, string>(async (items) => {
      if (items.includes('bad')) throw new Error('this one is no good')
      return new Map(items.map((item, index) => [index, item]))
    })
    const settled = await Promise.allSettled([run('good'), run('bad'), run('better')])
    expect(settled.map((one) => (one.status === 'fulfilled' ? one.value : (one.reason as Error).message))).toEqual([
      'good',
      'this one is no good',
      'better',
    ])
  })

  it('fails at once for all where the database is away, and does not ask it again', async () => {
    let asked = 0
    const run = inBatches<number, number>(async () => {
      asked += 1
      throw new StoreUnavailable('away')
    })
    const settled = await Promise.allSettled([run(1), run(2)])
    expect(settled.every(({ status }) => status === 'rejected')).toBe(true)
    expect(asked).toBe(1)
  })
})
