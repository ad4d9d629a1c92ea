import pg from 'pg'
import { type EmbeddedConnection, ownerLock } from './connection.ts'

/** A session that holds the owner's lock. It is lost with our process, however that ends. */
export interface OwnerClaim {
  release(): Promise<void>
}

/** `undefined`: another Registrar holds it. */
export async function tryClaim(connection: EmbeddedConnection): Promise<OwnerClaim | undefined> {
  const client = new pg.Client({ ...connection, connectionTimeoutMillis: 10_000, application_name: 'registrar owner' })
  // The server's end shows where it is waited for; here it would only be an unheard event.
  client.on('error', () => undefined)
  await client.connect()
  try {
    const { rows } = await client.query<{ held: boolean }>('select pg_try_advisory_lock($1) as held', [ownerLock])
    if (rows[0]?.held === true) return { release: () => client.end() }
  } catch (error) {
    await client.end()
    throw error
  }
  await client.end()
  return undefined
}
