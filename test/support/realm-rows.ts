import pg from 'pg'
import type { TestServer } from './test-server.ts'

/** How many rows every table with a realm has of this one, those without any left out; a new table is among them by itself. */
export async function rowsOfRealm({ configuration }: TestServer, realm: string): Promise<Readonly<Record<string, number>>> {
  const { database } = configuration
  if (typeof database === 'string') throw new Error('only a database server can be asked')
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  try {
    const tables = await client.query<{ table_name: string }>(
      "select table_name from information_schema.columns where table_schema = current_schema() and column_name = 'realm'",
    )
    const counts: [string, number][] = []
    for (const { table_name } of tables.rows) {
      const { rows } = await client.query(`select count(*)::integer as n from ${table_name} where realm = $1`, [realm])
      counts.push([table_name, rows[0].n])
    }
    return Object.fromEntries(counts.filter(([, count]) => count > 0))
  } finally {
    await client.end()
  }
}
