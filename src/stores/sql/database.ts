import pg from 'pg'
import { withRetries, withTypedErrors } from './typed-errors.ts'

/** SQL and, for what runs often, the name under which each connection prepares it once. */
export interface Statement {
  readonly name?: string
  readonly text: string
}

export type Value = string | number | boolean | null | undefined | readonly (string | null)[] | readonly (number | null)[]

export type Query = <Row extends object>(statement: Statement, values?: readonly Value[]) => Promise<readonly Row[]>

export interface Database {
  /** One round trip; and, being one statement, one transaction. */
  readonly query: Query
  transaction<Result>(work: (query: Query) => Promise<Result>): Promise<Result>
  /** Runs `work` on one session if no other node holds the lock; otherwise does nothing and gives `undefined`. */
  underLock<Result>(lock: number, work: (query: Query) => Promise<Result>): Promise<Result | undefined>
  roundTrips(): number
  close(): Promise<void>
}

export interface DatabaseOptions {
  readonly connection: pg.PoolConfig
  readonly connections: number
  readonly log: (line: string) => void
}

/** A lost database must fail quickly, so that callers can be told 503 instead of being kept waiting. */
export const timeouts = {
  /** For a new connection, and for one of the pool to become free. */
  connectionTimeoutMillis: 5_000,
  statement_timeout: 8_000,
  /** Also covers a server that has vanished without closing its connections. */
  query_timeout: 10_000,
  keepAlive: true,
  keepAliveInitialDelayMillis: 10_000,
} as const

export function openDatabase({ connection, connections, log }: DatabaseOptions): Database {
  const pool = new pg.Pool({ ...timeouts, max: connections, application_name: 'registrar', ...connection, types: numbersForInt8 })
  // An idle connection that breaks is replaced at the next query; unheard, the event would end the process.
  let closing = false
  pool.on('error', (error) => {
    if (!closing) log(`a connection to the database was lost: ${error.message}`)
  })
  let roundTrips = 0

  const queryOn = (target: pg.Pool | pg.PoolClient): Query => {
    return async <Row extends object>(statement: Statement, values: readonly Value[] = []) =>
      withTypedErrors(async () => {
        roundTrips += 1
        const { rows } = await target.query<Row>({ ...statement, values: values.map(storable) })
        return rows
      })
  }

  const onPool = queryOn(pool)

  const onOneSession = async <Result>(work: (query: Query) => Promise<Result>): Promise<Result> => {
    const client = await withTypedErrors(() => pool.connect())
    const ignoreHere = () => undefined
    client.on('error', ignoreHere)
    let broken = true
    try {
      const result = await work(queryOn(client))
      broken = false
      return result
    } finally {
      client.off('error', ignoreHere)
      // After a failure the session may be inside a transaction or hold a lock: a new one is cheaper than finding out.
      client.release(broken)
    }
  }

  return {
    query: (statement, values) => withRetries(() => onPool(statement, values)),
    transaction: (work) =>
      onOneSession(async (query) => {
        await query({ text: 'begin' })
        const result = await work(query)
        await query({ text: 'commit' })
        return result
      }),
    underLock: (lock, work) =>
      onOneSession(async (query) => {
        const [row] = await query<{ held: boolean }>({ text: 'select pg_try_advisory_lock($1) as held' }, [lock])
        if (row?.held !== true) return undefined
        const result = await work(query)
        await query({ text: 'select pg_advisory_unlock($1)' }, [lock])
        return result
      }),
    roundTrips: () => roundTrips,
    close() {
      closing = true
      return pool.end()
    },
  }
}

/** Our 64-bit numbers are times and counts, which a double holds exactly; pg would give them as strings. */
const numbersForInt8: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text') =>
    oid === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
}

/**
 * PostgreSQL's text cannot hold NUL. Nothing we store has one, so a name with a NUL is simply not found; it must not
 * become an error. Inside JSON it is escaped and no concern.
 */
function storable(value: Value): Value {
  if (Array.isArray(value)) return value.map(withoutNul)
  return withoutNul(value)
}

function withoutNul<Part>(value: Part): Part | string {
  return typeof value === 'string' && value.includes('\0') ? value.replaceAll('\0', '\uFFFD') : value
}
