import { expect, it, vi } from 'vitest'

it('gives ids that grow, however many are made in a millisecond (RFC 9562 §6.2)', async () => {
  // Another test may have been in the future, and ids never go back.
  vi.resetModules()
  const { timeOrderedId } = await import('../../src/stores/sql/time-ordered-id.ts')
  const ids = Array.from({ length: 20_000 }, () => timeOrderedId())
  expect(ids).toEqual([...ids].sort())
  expect(new Set(ids).size).toBe(ids.length)
  expect(ids.every((id) => /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id))).toBe(true)
  expect(Math.abs(Number.parseInt((ids[0] ?? '').replaceAll('-', '').slice(0, 12), 16) - Date.now())).toBeLessThan(60_000)
})
