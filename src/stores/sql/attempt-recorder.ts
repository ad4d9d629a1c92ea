import type { Attempt, AttemptRecorder } from '../../registration/index.ts'
import type { Database } from './database.ts'

const flushMilliseconds = 1_000
const batchMax = 200

/** Remembered at once, over all realms: of a flood, and while the database is away, the rest is dropped. */
const rememberedMax = 2_000
const charactersMax = 8_000_000
/** A longer one would tell nothing that its like has not told. */
const attemptCharactersMax = 200_000

interface Remembered {
  readonly realm: string
  readonly id: string
  readonly at: number
  readonly text: string
}

export type BufferedAttempts = AttemptRecorder & { close(): Promise<void> }

export function createAttemptRecorder({ query }: Pick<Database, 'query'>, log: (line: string) => void): BufferedAttempts {
  const waiting: Remembered[] = []
  const countOf = new Map<string, number>()
  let characters = 0

  const count = ({ realm, text }: Remembered, by: 1 | -1): void => {
    characters += by * text.length
    const left = (countOf.get(realm) ?? 0) + by
    if (left === 0) countOf.delete(realm)
    else countOf.set(realm, left)
  }

  /** A realm under a flood must not keep the others from being remembered: each has its share. */
  const hasRoom = (realm: string, length: number): boolean => {
    if (length > attemptCharactersMax || characters + length > charactersMax || waiting.length >= rememberedMax) return false
    const others = countOf.has(realm) ? countOf.size : countOf.size + 1
    return (countOf.get(realm) ?? 0) < rememberedMax / (others + 1)
  }

  const writeBatch = async (batch: readonly Remembered[]): Promise<void> => {
    const texts = (member: 'realm' | 'id' | 'text') => batch.map((attempt) => attempt[member])
    await query({ text: insert }, [texts('realm'), texts('id'), batch.map(({ at }) => at), texts('text')])
  }

  const flush = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, batchMax)
      await writeBatch(batch)
      for (const written of waiting.splice(0, batch.length)) count(written, -1)
    }
  }

  // One at a time: who comes meanwhile waits for the one that is under way, and then looks whether there is more.
  let flushing = Promise.resolve()
  const flushInTurn = (): Promise<void> => {
    const turn = flushing.then(flush)
    flushing = turn.catch(() => undefined)
    return turn
  }
  const flushQuietly = (): Promise<void> =>
    flushInTurn().catch((error: Error) =>
      log(`${waiting.length} registration requests could not be kept for replay yet: ${error.message}`),
    )
  const timer = setInterval(() => void (waiting.length > 0 && flushQuietly()), flushMilliseconds)
  timer.unref()

  return {
    record(attempt) {
      const remembered = { realm: attempt.realm, id: attempt.id, at: attempt.at, text: JSON.stringify(attempt) }
      if (!hasRoom(attempt.realm, remembered.text.length)) return
      waiting.push(remembered)
      count(remembered, 1)
    },
    async list(realm, limit) {
      await flushInTurn()
      return (await query<{ attempt: Attempt }>({ text: select }, [realm, limit])).map(({ attempt }) => attempt)
    },
    async close() {
      clearInterval(timer)
      await flushQuietly()
    },
  }
}

const insert = `
  insert into registration_attempts (realm, id, at, attempt)
  select realm, id, at, attempt::json from unnest($1::text[], $2::text[], $3::bigint[], $4::text[]) as a (realm, id, at, attempt)
  on conflict (realm, id) do nothing`

const select = 'select attempt from registration_attempts where realm = $1 order by id desc limit $2'
