import type { ServerProcess } from './server-process.ts'

/** Every client of the default realm, as the administrator sees them. */
export async function storedClients(server: Pick<ServerProcess, 'admin'>): Promise<ReadonlyMap<string, StoredClient>> {
  const found = new Map<string, StoredClient>()
  for (let after = ''; ; ) {
    const query = new URLSearchParams({ limit: '200', ...(after === '' ? {} : { after }) })
    const answer = await server.admin('GET', `/realms/default/clients?${query}`)
    if (answer.status !== 200) throw new Error(`the clients could not be listed: ${answer.status} ${await answer.text()}`)
    const { items, next } = (await answer.json()) as { items: StoredClient[]; next?: string }
    for (const client of items) found.set(client.client_id, client)
    if (next === undefined) return found
    after = next
  }
}

export interface StoredClient {
  readonly client_id: string
  readonly metadata: Readonly<Record<string, unknown>>
}
