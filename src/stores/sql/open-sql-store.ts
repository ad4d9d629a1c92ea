import type pg from 'pg'
import type { AgentStore, AttemptRecorder, EpochSeconds, People, RegistrationStore } from '../../registration/index.ts'
import type { Durability } from '../contracts.ts'
import { createAgentStore, createPeople } from './agents.ts'
import { createAttemptRecorder } from './attempt-recorder.ts'
import { type Audit, createAudit } from './audit.ts'
import { type Clients, createClients } from './clients.ts'
import { type Consents, createConsents } from './consents.ts'
import { openDatabase } from './database.ts'
import { readDurability } from './durability.ts'
import { createEngineObjects, type EngineObjects } from './engine-objects.ts'
import { createFindClient } from './find-client.ts'
import { createInitialAccessTokens, type InitialAccessTokens } from './initial-access-tokens.ts'
import { migrate } from './migrate.ts'
import { createNodes, type Nodes } from './nodes.ts'
import { type PurgeOptions, purge } from './purge.ts'
import { createRealmDefinitions, type RealmDefinitions } from './realm-definitions.ts'
import { createRealmObjects, type RealmObjects } from './realm-objects.ts'
import { createRealmStates, type RealmStates } from './realm-states.ts'
import { createWakeups } from './realm-wakeups.ts'
import { createRegistrationStore } from './registration-store.ts'
import { createRevokedTokens, type RevokedTokens } from './revoked-tokens.ts'
import { createSigningKeys, type SigningKeys } from './signing-keys.ts'
import { createUpstreamAccounts, type UpstreamAccounts } from './upstream-accounts.ts'
import { createUseRecorder } from './use-recorder.ts'
import { createUserAdministration, type UserAdministration } from './user-administration.ts'
import { type Accounts, createAccounts, createUsers, type Users } from './users.ts'
import { createWebhookDeliveries, type WebhookDeliveries } from './webhook-deliveries.ts'

export interface SqlStoreOptions {
  readonly connection: pg.PoolConfig
  /** Of this node, besides one that listens for changes. */
  readonly connections?: number
  readonly log: (line: string) => void
  /** What counts as expired is decided by it. */
  readonly now?: () => EpochSeconds
}

/** Every method throws StoreUnavailable when the database cannot be reached; the store recovers by itself. */
export interface SqlStore {
  readonly registration: RegistrationStore
  readonly clients: Clients
  readonly objects: EngineObjects
  readonly signingKeys: SigningKeys
  readonly revokedTokens: RevokedTokens
  readonly consents: Consents
  readonly users: Users
  readonly userAdministration: UserAdministration
  readonly accounts: Accounts
  readonly agents: AgentStore
  readonly people: People
  readonly upstreamAccounts: UpstreamAccounts
  readonly initialAccessTokens: InitialAccessTokens
  readonly audit: Audit
  readonly realmStates: RealmStates
  readonly realmDefinitions: RealmDefinitions
  readonly realmObjects: RealmObjects
  readonly webhookDeliveries: WebhookDeliveries
  readonly attempts: AttemptRecorder
  readonly nodes: Nodes
  durability(): Promise<Durability>
  purge(options: PurgeOptions): Promise<number>
  statistics(): { readonly roundTrips: number }
  ping(): Promise<void>
  /** For health: whether the database can be asked. */
  check(): Promise<{ readonly name: string; readonly ok: boolean }>
  /** Writes what is remembered, then ends every connection. */
  close(): Promise<void>
}

const connectionsDefault = 10

/** Migrates first. @throws StoreUnavailable, or an Error that tells what an operator has to do. */
export async function openSqlStore(options: SqlStoreOptions): Promise<SqlStore> {
  const { connection, connections = connectionsDefault, log, now = systemClock } = options
  await migrate({ connection, log })
  const database = openDatabase({ connection, connections, log })
  const wakeups = createWakeups(connection, log)
  const findClient = createFindClient(database)
  const uses = createUseRecorder(database, log)
  const attempts = createAttemptRecorder(database, log)
  return {
    registration: createRegistrationStore(database, findClient),
    clients: createClients(database, findClient, uses),
    objects: createEngineObjects(database, now),
    signingKeys: createSigningKeys(database),
    revokedTokens: createRevokedTokens(database),
    consents: createConsents(database),
    users: createUsers(database),
    userAdministration: createUserAdministration(database),
    accounts: createAccounts(database),
    agents: createAgentStore(database),
    people: createPeople(database),
    upstreamAccounts: createUpstreamAccounts(database),
    initialAccessTokens: createInitialAccessTokens(database),
    audit: createAudit(database),
    realmStates: createRealmStates(database, wakeups, log),
    realmDefinitions: createRealmDefinitions(database),
    realmObjects: createRealmObjects(database),
    webhookDeliveries: createWebhookDeliveries(database),
    attempts,
    nodes: createNodes(database),
    durability: () => readDurability(database.query),
    purge: (purgeOptions) => purge(database, purgeOptions),
    statistics: () => ({ roundTrips: database.roundTrips() }),
    async ping() {
      await database.query({ text: 'select 1' })
    },
    check: () =>
      database.query({ text: 'select 1' }).then(
        () => ({ name: 'database', ok: true }),
        () => ({ name: 'database', ok: false }),
      ),
    async close() {
      await uses.close()
      await attempts.close()
      await wakeups.close()
      await database.close()
    },
  }
}

function systemClock(): EpochSeconds {
  return Math.floor(Date.now() / 1000)
}
