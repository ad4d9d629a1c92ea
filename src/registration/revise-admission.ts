import { type Admitted, expiryOf } from './admit-client.ts'
import type { Client, Review } from './client.ts'
import type { EpochSeconds } from './epoch-seconds.ts'

/**
 * What a change makes of a client's standing. A client that waits goes on waiting, whatever it becomes: only an administrator
 * wakes it. One that was awake and is held by a policy now falls asleep, with what was approved kept beside it.
 */
export function reviseAdmission(client: Client, { judged, request }: Admitted, now: EpochSeconds): Client {
  const { statement: _before, expiresAt: _end, review: _review, ...rest } = client
  const statement = request.statement?.kept ?? client.statement
  const expiresAt = expiryOf(judged, client.client_id_issued_at, client)
  const { state, review } = standingOf(client, judged.holds, now)
  return {
    ...rest,
    state,
    ...(review === undefined ? {} : { review }),
    ...(statement === undefined ? {} : { statement }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  }
}

function standingOf(
  client: Client,
  holds: Review['reasons'],
  now: EpochSeconds,
): { readonly state: Client['state']; readonly review: Review | undefined } {
  const { state, review, metadata } = client
  if (holds.length === 0 || state === 'suspended') return { state, review }
  if (state === 'pending') return { state, review: { since: now, ...review, reasons: holds } }
  return { state: 'pending', review: { since: now, reasons: holds, approved: metadata } }
}
