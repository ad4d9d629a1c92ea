import { checkProvisionedClient, type Realm, readBoundMetadata, violationsOf } from '../registration/index.ts'
import type { RealmDefinition } from './configuration.ts'
import { complain, type Draft } from './draft.ts'
import { parseRegistrationSettings } from './parse-registration-settings.ts'
import type { Path } from './problem.ts'

/** Client metadata in the file is judged by the domain, before a server starts with it or takes it over. */
export function checkClientMetadata(draft: Draft, { name, base, registration, clients }: RealmDefinition): void {
  const realm: Realm = { ...base, revision: 0, registration: registration ?? parseRegistrationSettings({}) }
  const path = ['realms', name]
  complainOfRefusal(draft, [...path, 'registration', 'clientDefaults'], () => {
    readBoundMetadata(realm.registration.clientDefaults, realm)
  })
  for (const client of clients) {
    const index = draft.file.realms[name]?.clients.findIndex(({ client_id }) => client_id === client.client_id) ?? 0
    complainOfRefusal(draft, [...path, 'clients', index], () => checkProvisionedClient(realm, client))
  }
}

function complainOfRefusal(draft: Draft, path: Path, check: () => void): void {
  for (const { member, reason } of violationsOf(check)) complain(draft, member === undefined ? path : [...path, member], reason)
}
