import {
  type Agents,
  type Attempt,
  type ClientInformation,
  createAgents,
  createRegistration,
  type JsonValue,
  type Person,
  type Ports,
  type PresentedToken,
  type Realm,
  type Registration,
  standardDialect,
} from '../../src/registration/index.ts'
import { createMemoryStore } from '../../src/stores/memory/index.ts'
import { createKeyring } from '../../src/vault/index.ts'
import { quickstartRealm } from './realm.ts'

/** The domain in a world of its own: memory store, a clock that stands still until moved, entropy that counts. */
export interface World {
  readonly registration: Registration
  readonly agents: Agents
  /** Who can be an owner or a subject. */
  readonly people: Person[]
  readonly store: ReturnType<typeof createMemoryStore>
  readonly ports: Ports
  realm: Realm
  now: number
  register(body: JsonValue, token?: string): Promise<ClientInformation>
  read(information: Credentials): Promise<ClientInformation>
  update(information: Credentials, body: JsonValue): Promise<ClientInformation>
  patch(information: Credentials, body: JsonValue): Promise<ClientInformation>
  remove(information: Credentials): Promise<void>
}

export interface Credentials {
  readonly client_id: string
  readonly token?: string
}

export function createWorld(overrides: Partial<Realm['registration']> = {}, parts: Partial<Ports> = {}): World {
  const store = createMemoryStore()
  const attempts: Attempt[] = []
  let count = 0
  const next = (): string => {
    count += 1
    return String(count)
  }
  const ports: Ports = {
    store: store.registration,
    initialAccessTokens: store.initialAccessTokens,
    engine: { accept: () => undefined },
    accessTokens: { verify: async () => undefined, revoke: async () => undefined },
    sectorDocuments: { fetch: async () => [] },
    policies: { find: () => undefined, all: () => [] },
    statementKeys: { fetch: async () => ({ keys: [] }) },
    statementSigner: { sign: async () => 'header.claims.signature' },
    certificates: { verifySigner: async () => ({ problem: 'no certificates here' }) },
    attempts: {
      record: (attempt) => void attempts.unshift(structuredClone(attempt)),
      list: async (_realm, limit) => attempts.slice(0, limit),
    },
    vault: createKeyring([new Uint8Array(32).fill(7)]),
    entropy: {
      id: () => `00000000-0000-7000-8000-${next().padStart(12, '0')}`,
      secret: () => `secret-${next().padStart(36, '0')}`,
    },
    now: () => world.now,
    ...parts,
  }
  const realm = quickstartRealm()
  const registration = createRegistration(ports)
  const people: Person[] = []
  const find = async (_realm: string, names: readonly string[]) =>
    people.filter(({ id, username }) => names.includes(id) || names.includes(username))
  const call = ({ client_id, token }: Credentials) => ({
    realm: world.realm,
    client_id,
    source: {},
    dialect: standardDialect,
    ...(token === undefined ? {} : { presented: bearer(token) }),
  })
  const world: World = {
    registration,
    agents: createAgents({ ...ports, agents: store.agents, people: { find } }),
    people,
    store,
    ports,
    realm: { ...realm, registration: { ...realm.registration, ...overrides } },
    now: 1_800_000_000,
    register: (body, token) =>
      registration.register({
        realm: world.realm,
        body,
        source: { address: '192.0.2.1' },
        dialect: standardDialect,
        ...(token === undefined ? {} : { presented: bearer(token) }),
      }),
    read: (credentials) => registration.read(call(credentials)),
    update: (credentials, body) => registration.update({ ...call(credentials), body }),
    patch: (credentials, body) => registration.patch({ ...call(credentials), body }),
    remove: (credentials) => registration.remove(call(credentials)),
  }
  return world
}

/** What a client keeps of an answer, to manage itself with. */
export function credentialsOf(information: ClientInformation): Credentials {
  const token = information.registration_access_token
  return { client_id: information.client.client_id, ...(token === undefined ? {} : { token }) }
}

function bearer(value: string): PresentedToken {
  return { scheme: 'Bearer', value, method: 'POST', url: 'http://localhost:4400/register' }
}
