import { type Administration, findAdministered, replaceAdministered } from './administer-client.ts'
import type { Client, Review } from './client.ts'
import type { Ports } from './ports.ts'

/** Wakes a client that waits, or one that was refused before. `note` is told to the client. */
export async function approveClient(
  administration: Administration,
  note: string | undefined,
  ports: Ports,
): Promise<Client | undefined> {
  const client = await findAdministered(administration, ports)
  if (client === undefined || client.review === undefined || !isDecidable(client)) return client
  const { approved: _past, ...review } = client.review
  const decided = decide(review, 'approved', { administration, note }, ports)
  return replaceAdministered(
    administration,
    client,
    { type: 'client.approved', changes: { state: 'active', review: decided } },
    ports,
  )
}

/** The client exists on, so that it can read why, and can do nothing else. */
export async function refuseClient(
  administration: Administration,
  note: string | undefined,
  ports: Ports,
): Promise<Client | undefined> {
  const client = await findAdministered(administration, ports)
  if (client === undefined || client.review === undefined || client.state !== 'pending') return client
  const decided = decide(client.review, 'refused', { administration, note }, ports)
  return replaceAdministered(
    administration,
    client,
    { type: 'client.refused', changes: { state: 'suspended', review: decided } },
    ports,
  )
}

interface Decision {
  readonly administration: Administration
  readonly note: string | undefined
}

function decide(review: Review, decision: 'approved' | 'refused', { administration, note }: Decision, { now }: Ports): Review {
  const { note: _old, ...rest } = review
  return {
    ...rest,
    decision,
    ...(note === undefined ? {} : { note }),
    decidedAt: now(),
    decidedBy: administration.actor,
  }
}

function isDecidable({ state, review }: Client): boolean {
  return state === 'pending' || (state === 'suspended' && review?.decision === 'refused')
}
