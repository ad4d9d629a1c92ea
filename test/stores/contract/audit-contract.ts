import { describe, expect, it } from 'vitest'
import { sampleEvent } from './samples.ts'
import type { TwoNodes } from './two-nodes.ts'

export function describeAudit(world: () => TwoNodes): void {
  describe('the audit trail', () => {
    it('is listed newest first, page by page, and filtered by type and client', async () => {
      const { audit, registration } = world().nodes[0]
      const realm = 'audited'
      for (let index = 0; index < 9; index += 1) {
        const event = sampleEvent({
          realm,
          type: index % 3 === 0 ? 'third' : 'other',
          client_id: `client-${index % 2}`,
          details: { index },
        })
        await registration.commit({ realm, at: event.at, event })
      }
      const indexes = async (filter: object, limit = 10) =>
        (await audit.list({ realm, limit, ...filter })).map(({ details }) => details['index'])
      expect(await indexes({})).toEqual([8, 7, 6, 5, 4, 3, 2, 1, 0])
      const [, second] = await audit.list({ realm, limit: 2 })
      expect(await indexes({ after: second?.id }, 3)).toEqual([6, 5, 4])
      expect(await indexes({ type: 'third' })).toEqual([6, 3, 0])
      expect(await indexes({ client_id: 'client-1', type: 'third' })).toEqual([3])
      expect(await indexes({ type: 'none' })).toEqual([])
    })

    it('keeps an event as it came, and leaves out what it did not have', async () => {
      const { audit, registration } = world().nodes[0]
      const event = sampleEvent({ realm: 'events', requestId: 'r', address: '192.0.2.7', client_id: 'c', details: { nul: '\0' } })
      const bare = sampleEvent({ realm: 'events', details: {} })
      for (const each of [event, bare]) await registration.commit({ realm: 'events', at: each.at, event: each })
      const listed = await audit.list({ realm: 'events', limit: 2 })
      expect(listed.map(({ id: _, ...rest }) => rest)).toEqual([bare, event])
      expect(listed[0]?.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    })
  })
}
