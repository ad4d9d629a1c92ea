import type { Client, EpochSeconds } from '../../registration/index.ts'
import type { ClientQuery, ClientRevision, HistoryQuery } from '../contracts.ts'
import { listHistory } from './client-history.ts'
import { type ClientRow, clientColumns, clientOf } from './client-rows.ts'
import type { Database, Value } from './database.ts'
import type { FindClient } from './find-client.ts'
import { searched, searchedProperty } from './searched-columns.ts'
import type { UseRecorder } from './use-recorder.ts'

export interface Clients {
  findClient(realm: string, client_id: string): Promise<Client | undefined>
  find(realm: string, client_id: string): Promise<Client | undefined>
  recordUse(realm: string, client_id: string, at: EpochSeconds): void
  /** The actor of the event that took away a client that is gone. */
  removedBy(realm: string, client_id: string): Promise<string | undefined>
  /** Newest first: ids are time-ordered, and the page after `after` goes on where it ended, whatever came meanwhile. */
  list(query: ClientQuery): Promise<readonly Client[]>
  /** Newest first, beginning with the client as it is, or as it was removed. */
  history(query: HistoryQuery): Promise<readonly ClientRevision[]>
}

export function createClients({ query }: Pick<Database, 'query'>, findClient: FindClient, uses: UseRecorder): Clients {
  return {
    findClient,
    find: findClient,
    recordUse: uses.record,
    async removedBy(realm, client_id) {
      const [removal] = await query<{ readonly actor: string }>({ name: 'find-remover', text: findRemover }, [realm, client_id])
      return removal?.actor
    },
    history: (wanted) => listHistory(query, wanted),
    async list(wanted) {
      const { conditions, values } = conditionsOf(wanted)
      const text = `select ${clientColumns} from clients where ${conditions.join(' and ')} order by client_id desc limit $${values.length + 1}`
      return (await query<ClientRow>({ text }, [...values, wanted.limit])).map(clientOf)
    },
  }
}

const findRemover = `
  select e.actor from client_revisions r join audit_events e on e.realm = r.realm and e.id = r.event_id
  where r.realm = $1 and r.client_id = $2 and r.removed
  order by r.event_id desc limit 1`

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
