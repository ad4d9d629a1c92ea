import type { AuditEvent } from '../../registration/index.ts'

/** By the id of a grant that is being saved. */
const awaited = new Map<string, AuditEvent>()

/** Saves a grant by `save`, and records the event by the same statement: it costs no round trip of its own. */
export async function saveWithEvent(grantId: string, event: AuditEvent, save: () => Promise<unknown>): Promise<void> {
  awaited.set(grantId, event)
  try {
    await save()
  } finally {
    awaited.delete(grantId)
  }
}

export function eventOfGrant(grantId: string): AuditEvent | undefined {
  return awaited.get(grantId)
}
