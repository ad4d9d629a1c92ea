import type { Durability } from '../contracts.ts'
import type { Query } from './database.ts'

/** What a server must not have switched off, so that what it says is committed is still there after its machine has failed. */
const needed = {
  fsync: 'it does not wait until its data is on disk',
  full_page_writes: 'a page that is half written when the machine fails cannot be restored',
  synchronous_commit: 'it answers before a transaction is on disk',
} as const

export async function readDurability(query: Query): Promise<Durability> {
  const rows = await query<{ name: keyof typeof needed }>({ text: selectOff }, [Object.keys(needed)])
  if (rows.length === 0) return { durable: true }
  const reasons = rows.map(({ name }) => `${name} is off: ${needed[name]}`)
  return { durable: false, reason: `the database server is not durable: ${reasons.join('; ')}` }
}

/** As this account's sessions have them: a setting can be given to a server, a database, or a role. */
const selectOff = `select name from pg_settings where name = any ($1::text[]) and setting = 'off' order by name`
