import { checkProvisionedClient, violationsOf } from '../registration/index.ts'
import type { RealmDefinition } from './configuration.ts'
import { complain, type Draft } from './draft.ts'
import { realmOfDefinition } from './realm-of-definition.ts'

/** The operator's own clients are judged by the domain, before a server starts with them or takes them over. */
export function checkClientMetadata(draft: Draft, definition: RealmDefinition): void {
  const realm = realmOfDefinition(definition)
  const path = ['realms', definition.name, 'clients']
  for (const client of definition.clients) {
    const index = draft.file.realms[realm.name]?.clients.findIndex(({ client_id }) => client_id === client.client_id) ?? 0
    for (const { member, reason } of violationsOf(() => checkProvisionedClient(realm, client)))
      complain(draft, [...path, index, ...(member === undefined ? [] : [member])], reason)
  }
}
