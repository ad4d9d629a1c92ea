import { type Administration, removeClient, setClientState } from './administer-client.ts'
import type { Client, InitialAccessToken, JsonValue } from './client.ts'
import type { Preview, Replay } from './decision.ts'
import { deleteClient } from './delete-client.ts'
import { editClient } from './edit-client.ts'
import { createClient, importClient } from './enrol-client.ts'
import type { Ports } from './ports.ts'
import { previewRegistration } from './preview-registration.ts'
import { type ProvisionedClient, provisionClient } from './provision-client.ts'
import { readClient } from './read-client.ts'
import type { Realm } from './realm.ts'
import { registerClient } from './register-client.ts'
import { replayRegistrations } from './replay-registrations.ts'
import type {
  AdministratorRegistration,
  ClientInformation,
  ConfigurationRequest,
  ImportedClient,
  InitialAccessTokenRequest,
  PreviewRequest,
  RegistrationRequest,
  ReplayRequest,
  UpdateRequest,
} from './requests.ts'
import { approveClient, refuseClient } from './review-client.ts'
import { reissueRegistrationAccessToken, rotateClientSecret } from './rotate-credentials.ts'
import { serialised } from './serialised.ts'
import {
  type IssuedStatement,
  issueSoftwareStatement,
  type StatementOrder,
} from './software-statement/issue-software-statement.ts'
import { createInitialAccessToken } from './tokens/create-initial-access-token.ts'
import { revokeInitialAccessToken } from './tokens/revoke-initial-access-token.ts'
import { patchClient, updateClient } from './update-client.ts'

/** Everything that can happen to a client, with the world plugged in. Each may throw a `Refusal`. */
export interface Registration {
  register(request: RegistrationRequest): Promise<ClientInformation>
  read(request: ConfigurationRequest): Promise<ClientInformation>
  update(request: UpdateRequest): Promise<ClientInformation>
  patch(request: UpdateRequest): Promise<ClientInformation>
  remove(request: ConfigurationRequest): Promise<void>
  setState(administration: Administration, state: 'active' | 'suspended'): Promise<Client | undefined>
  removeByAdministrator(administration: Administration): Promise<boolean>
  createByAdministrator(registration: AdministratorRegistration): Promise<ClientInformation>
  replaceByAdministrator(edit: Edit): Promise<ClientInformation | undefined>
  mergeByAdministrator(edit: Edit): Promise<ClientInformation | undefined>
  importClient(imported: ImportedClient): Promise<Client>
  approve(administration: Administration, note?: string): Promise<Client | undefined>
  refuse(administration: Administration, note?: string): Promise<Client | undefined>
  rotateSecret(administration: Administration): Promise<ClientInformation | undefined>
  rotateRegistrationAccessToken(administration: Administration): Promise<ClientInformation | undefined>
  preview(request: PreviewRequest): Promise<Preview>
  replay(request: ReplayRequest): Promise<Replay>
  provision(realm: Realm, client: ProvisionedClient): Promise<void>
  createInitialAccessToken(
    request: InitialAccessTokenRequest,
    actor: string,
  ): Promise<{ readonly token: InitialAccessToken; readonly value: string }>
  revokeInitialAccessToken(token: { readonly realm: string; readonly id: string }, actor: string): Promise<boolean>
  issueSoftwareStatement(order: StatementOrder): Promise<IssuedStatement>
}

/** An administrator's change of a client's metadata. */
export interface Edit extends Administration {
  readonly body: JsonValue
}

export function createRegistration(ports: Ports): Registration {
  return {
    register: (request) => registerClient(request, ports),
    read: (request) => serialised(() => readClient(request, ports)),
    update: (request) => serialised(() => updateClient(request, ports)),
    patch: (request) => serialised(() => patchClient(request, ports)),
    remove: (request) => deleteClient(request, ports),
    setState: (administration, state) => serialised(() => setClientState(administration, state, ports)),
    removeByAdministrator: (administration) => removeClient(administration, ports),
    createByAdministrator: (registration) => createClient(registration, ports),
    replaceByAdministrator: (edit) => serialised(() => editClient(edit, { body: edit.body, isMerge: false }, ports)),
    mergeByAdministrator: (edit) => serialised(() => editClient(edit, { body: edit.body, isMerge: true }, ports)),
    importClient: (imported) => importClient(imported, ports),
    approve: (administration, note) => serialised(() => approveClient(administration, note, ports)),
    refuse: (administration, note) => serialised(() => refuseClient(administration, note, ports)),
    rotateSecret: (administration) => serialised(() => rotateClientSecret(administration, ports)),
    rotateRegistrationAccessToken: (administration) => serialised(() => reissueRegistrationAccessToken(administration, ports)),
    preview: (request) => previewRegistration(request, ports),
    replay: (request) => replayRegistrations(request, ports),
    provision: (realm, client) => provisionClient(realm, client, ports),
    createInitialAccessToken: (request, actor) => createInitialAccessToken(request, actor, ports),
    revokeInitialAccessToken: (token, actor) => revokeInitialAccessToken(token, actor, ports),
    issueSoftwareStatement: (order) => issueSoftwareStatement(order, ports),
  }
}
