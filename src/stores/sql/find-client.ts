import type { Client } from '../../registration/index.ts'
import { type ClientRow, clientColumns, clientOf } from './client-rows.ts'
import type { Database, Statement } from './database.ts'
import { inBatches } from './in-batches.ts'

export type FindClient = (realm: string, client_id: string) => Promise<Client | undefined>

interface ClientKey {
  readonly realm: string
  readonly client_id: string
}

export function createFindClient({ query }: Pick<Database, 'query'>): FindClient {
  const find = inBatches<ClientKey, Client>(async (keys) => {
    const columns = [keys.map(({ realm }) => realm), keys.map(({ client_id }) => client_id)]
    const rows = await query<ClientRow & { readonly position: number }>(findEach, columns)
    return new Map(rows.map((row) => [row.position - 1, clientOf(row)]))
  })
  return (realm, client_id) => find({ realm, client_id })
}

/** Each by itself, as with the engine's objects. */
const findEach: Statement = {
  name: 'find-clients',
  text: `
    select k.position::integer as position, c.*
    from unnest($1::text[], $2::text[]) with ordinality as k (asked_realm, asked_id, position), lateral (
      select ${clientColumns} from clients where realm = k.asked_realm and client_id = k.asked_id limit 1
    ) c`,
}
