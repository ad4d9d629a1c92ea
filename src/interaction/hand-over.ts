import type { Visit } from './visit.ts'

/** The engine answers by itself. Ours until it has: what it throws before that still becomes a page. */
export async function handOver(visit: Visit, answer: (visit: Visit) => Promise<void>): Promise<undefined> {
  await answer(visit)
  visit.reply.hijack()
}
