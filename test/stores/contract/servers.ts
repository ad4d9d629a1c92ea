import type pg from 'pg'

/** The servers that every test of the SQL store runs on: the embedded one (`undefined`), and the one that TEST_PG names. */
export const servers: readonly (readonly [string, pg.PoolConfig | undefined])[] = [
  ['the embedded PostgreSQL', undefined],
  ...(process.env['TEST_PG'] === undefined
    ? []
    : [['the server of TEST_PG', { connectionString: process.env['TEST_PG'] }] as const]),
]
