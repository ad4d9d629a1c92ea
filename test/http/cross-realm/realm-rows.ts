import { createHash } from 'node:crypto'
import pg from 'pg'

/** What the server writes by itself, whenever it gets to it: uses of clients, attempts at deliveries. */
const written: Readonly<Record<string, readonly string[]>> = {
  clients: ['first_used_at', 'last_used_at'],
  webhook_deliveries: ['attempts', 'next_at', 'last_error', 'state'],
}

/** A digest of all rows of a realm for each table that has a realm: new tables are among them by themselves. */
export async function digestRows(database: string, realm: string): Promise<Readonly<Record<string, string>>> {
  const client = new pg.Client({ connectionString: database })
  await client.connect()
  try {
    const { rows: tables } = await client.query<{ name: string }>(
      `select c.table_name as name from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
       where c.table_schema = current_schema() and c.column_name = 'realm' and t.table_type = 'BASE TABLE' order by 1`,
    )
    const digests: Record<string, string> = {}
    for (const { name } of tables) {
      const { rows } = await client.query<{ row: Record<string, unknown> }>(
        `select to_jsonb(t) as row from ${client.escapeIdentifier(name)} t where t.realm = $1 order by to_jsonb(t)::text`,
        [realm],
      )
      digests[name] = `${rows.length} rows ${digest(rows.map(({ row }) => withoutMembers(row, written[name] ?? [])))}`
    }
    return digests
  } finally {
    await client.end()
  }
}

function withoutMembers(row: Readonly<Record<string, unknown>>, members: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row).filter(([name]) => !members.includes(name)))
}

function digest(rows: readonly unknown[]): string {
  const texts = rows.map((row) => JSON.stringify(row)).sort()
  return createHash('sha256').update(texts.join('\n')).digest('base64url')
}
