import type { Client, EpochSeconds } from '../../registration/index.ts'
import type { ClientQuery, ClientRevision, HistoryQuery } from '../contracts.ts'
import { listHistory } from './client-history.ts'
import { type ClientRow, clientColumns, clientOf } from './client-rows.ts'
import type { Database, Value } from './database.ts'
import { findClient } from './registration-store.ts'
import { searched, searchedProperty } from './searched-columns.ts'
import type { UseRecorder } from './use-recorder.ts'

export interface Clients {
  findClient(realm: string, client_id: string): Promise<Client | undefined>
  find(realm: string, client_id: string): Promise<Client | undefined>
  recordUse(realm: string, client_id: string, at: EpochSeconds): void
  /** Newest first: ids are time-ordered, and the page after `after` goes on where it ended, whatever came meanwhile. */
  list(query: ClientQuery): Promise<readonly Client[]>
  /** Newest first, beginning with the client as it is, or as it was removed. */
  history(query: HistoryQuery): Promise<readonly ClientRevision[]>
}

export function createClients({ query }: Pick<Database, 'query'>, uses: UseRecorder): Clients {
  const find = (realm: string, client_id: string) => findClient(query, realm, client_id)
  return {
    findClient: find,
    find,
    recordUse: uses.record,
    history: (wanted) => listHistory(query, wanted),
    async list(wanted) {
      const { conditions, values } = conditionsOf(wanted)
      const text = `select ${clientColumns} from clients where ${conditions.join(' and ')} order by client_id desc limit $${values.length + 1}`
      return (await query<ClientRow>({ text }, [...values, wanted.limit])).map(clientOf)
    },
  }
}

/** Written out for what is asked, so that the planner sees which index serves. */
function conditionsOf({ realm, after, channel, state, software_id, name, property }: ClientQuery): {
  conditions: readonly string[]
  values: readonly Value[]
} {
  const asked = [
    ['realm = ?', realm],
    ['client_id < ?', after],
    ['channel = ?', channel],
    ['state = ?', state],
    ['software_id = ?', searched(software_id)],
    ['lower(client_name) like lower(?)', name === undefined ? undefined : `%${name.replaceAll(/[\\%_]/g, '\\$&')}%`],
    [
      'properties @> array[?]',
      property === undefined ? undefined : searchedProperty(realm, `${property.name}=${property.value}`),
    ],
  ].filter((part): part is [string, string] => part[1] !== undefined)
  return {
    conditions: asked.map(([condition], index) => condition.replace('?', `$${index + 1}::text`)),
    values: asked.map(([, value]) => value),
  }
}
