import type { ClientMetadata, ProvisionedClient } from '../registration/index.ts'
import { type Draft, isSound } from './draft.ts'
import type { RealmFile } from './realm-schema.ts'
import { resolveSecret } from './resolve-secret.ts'

/** The operator's own clients. Their metadata is judged like anybody's, by the domain, once the realm is known. */
export async function resolveClients(draft: Draft, realm: string): Promise<readonly ProvisionedClient[]> {
  const clients = draft.file.realms[realm]?.clients ?? []
  if (clients.length === 0) return []
  const isUsable = (index: number): boolean => isSound(draft, 'realms', realm, 'clients', index)
  const found = await Promise.all(
    clients.map(async (client, index) =>
      isUsable(index) ? resolveClient(draft, client, ['realms', realm, 'clients', index]) : undefined,
    ),
  )
  return found.filter((client) => client !== undefined)
}

async function resolveClient(
  draft: Draft,
  { client_id, secret, firstParty, ...metadata }: RealmFile['clients'][number],
  path: readonly (string | number)[],
): Promise<ProvisionedClient> {
  const client = { client_id, firstParty, metadata: metadata as ClientMetadata }
  const clear = secret === undefined ? undefined : await resolveSecret(draft, secret, [...path, 'secret'])
  return clear === undefined ? client : { ...client, client_secret: clear }
}
