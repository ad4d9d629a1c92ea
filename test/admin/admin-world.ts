import { pino } from 'pino'
import type { AdminPorts, NodeState } from '../../src/admin/index.ts'
import { readRevocationList, readTrustedCa } from '../../src/certificates/index.ts'
import {
  type AuditEvent,
  type Client,
  type InitialAccessToken,
  type JsonObject,
  type Realm,
  Refusal,
  standardDialect,
} from '../../src/registration/index.ts'
import { quickstartRealm } from '../support/realm.ts'
import { createWorld } from '../support/world.ts'

export const adminToken = 'the-administrator-token'
export const now = 1_800_000_000

/** The rest of the server as small as it can be: what the admin API asks of it, in memory. */
export function adminWorld(changes: Partial<AdminPorts> = {}) {
  const clients = new Map<string, Client>()
  const tokens = new Map<string, InitialAccessToken>()
  const events: (AuditEvent & { id: string })[] = []
  let settings: JsonObject = { enabled: true }
  const logged: string[] = []
  const world = createWorld()

  const ports: AdminPorts = {
    realms: { find: (name) => (name === 'default' ? realm : undefined), all: () => [realm] },
    runTimeRealms: {
      schema: { type: 'object' },
      find: async (name) => (name === 'default' ? { name, provisioned: true, realm } : undefined),
      create: async () => ({ outcome: 'exists' }),
      replace: async () => ({ outcome: 'provisioned' }),
      remove: async () => ({ outcome: 'provisioned' }),
    },
    users: {
      list: async () => [],
      find: async () => undefined,
      create: async () => ({ outcome: 'taken' }),
      replace: async () => ({ outcome: 'absent' }),
      remove: async () => ({ outcome: 'absent' }),
    },
    clients: {
      list: async ({ limit, after, name, state }) =>
        [...clients.values()]
          .filter(({ client_id }) => after === undefined || client_id > after)
          .filter(({ metadata }) => name === undefined || metadata.client_name?.toLowerCase().includes(name.toLowerCase()))
          .filter((client) => state === undefined || client.state === state)
          .slice(0, limit),
      find: async (_realm, client_id) => clients.get(client_id),
      history: async () => [],
      remove: async (_realm, client_id) => clients.delete(client_id),
      setState: async (_realm, client_id, state) => {
        const client = clients.get(client_id)
        if (client === undefined) return undefined
        clients.set(client_id, { ...client, state, revision: client.revision + 1 })
        return clients.get(client_id)
      },
    },
    initialAccessTokens: {
      create: async ({ label, lifetimeSeconds, usesMax, defaults = {}, locked = {} }) => {
        if ('redirect_uri' in locked)
          throw new Refusal('invalid_client_metadata', 'redirect_uri is not client metadata', { member: 'locked/redirect_uri' })
        const id = `token-${String(tokens.size + 1).padStart(4, '0')}`
        const bounds = {
          ...(lifetimeSeconds === undefined ? {} : { expiresAt: now + lifetimeSeconds }),
          ...(usesMax === undefined ? {} : { usesMax }),
        }
        const token = {
          realm: 'default',
          id,
          digest: 'DIGEST',
          createdAt: now,
          uses: 0,
          defaults,
          locked,
          policies: [],
          ...bounds,
          ...(label === undefined ? {} : { label }),
        }
        tokens.set(id, token)
        return { token, value: 'THE-VALUE' }
      },
      list: async (_realm, limit, after) =>
        [...tokens.values()].filter(({ id }) => after === undefined || id > after).slice(0, limit),
      find: async (_realm, id) => tokens.get(id),
      revoke: async ({ id }) => {
        const token = tokens.get(id)
        if (token !== undefined) tokens.set(id, { ...token, revokedAt: 1_800_000_000 })
        return token !== undefined
      },
    },
    settings: {
      schema: { type: 'object', properties: { enabled: { type: 'boolean' } } },
      read: async () => ({ settings, provisioned: false, revision: 7 }),
      save: async (_realm, next) => {
        if (typeof next['enabled'] !== 'boolean')
          throw new Refusal('invalid_client_metadata', 'give true or false', { member: 'enabled' })
        settings = next
        return 'saved'
      },
    },
    softwareStatements: {
      issue: async ({ realm: { issuer }, alg = 'ES256', lifetimeSeconds = 60 }) => ({
        ...{ software_statement: 'a.b.c', issuer, alg, jti: 'one', issuedAt: now, expiresAt: now + lifetimeSeconds },
      }),
    },
    objects: noObjectsAtAll,
    policyTypes: { find: () => undefined, all: () => [] },
    readPolicies: () => [],
    trustedCas: { describe: readTrustedCa, describeList: readRevocationList },
    ...{ registration: world.registration, agents: world.agents },
    dialectRulesOf: () => standardDialect,
    nodes: { list: async (names) => [aNode(names)] },
    deliveries: { list: async () => [], retry: async () => false, discard: async () => false },
    keys: {
      list: async () => [{ kid: 'k1', alg: 'ES256', state: 'signing', createdAt: now, signsFrom: now }],
      rotate: async (_realm, { alg = 'ES256' }) => [{ kid: 'k2', alg, state: 'next', createdAt: now, signsFrom: now + 60 }],
    },
    audit: {
      list: async ({ limit, type }) => events.filter((event) => type === undefined || event.type === type).slice(0, limit),
    },
    isAdministrator: (bearerToken) => bearerToken === adminToken,
    health: async () => [{ name: 'database', ok: true }],
    metrics: async () => 'registrar_build_info 1\n',
    now: () => now,
    log: pino({ level: 'error' }, { write: (line: string) => void logged.push(line) }),
    ...changes,
  }
  return { ports, clients, tokens, events, log: () => logged.join('') }
}

const noObjects: AdminPorts['objects']['scopes'] = {
  schema: { type: 'object' },
  list: async () => [],
  create: async () => ({ outcome: 'exists' }),
  replace: async () => ({ outcome: 'absent' }),
  remove: async () => ({ outcome: 'absent' }),
  reorder: async () => false,
}

const noObjectsAtAll: AdminPorts['objects'] = {
  ...{ scopes: noObjects, scopeGroups: noObjects, extendedProperties: noObjects, policies: noObjects },
  ...{
    statementIssuers: noObjects,
    assertionIssuers: noObjects,
    assertionAudiences: noObjects,
    trustedCas: noObjects,
    webhooks: noObjects,
    identityProviders: noObjects,
  },
  ...{ resources: noObjects, directories: noObjects },
}

function aNode(names: readonly string[]): NodeState {
  return {
    ...{ id: 'n1', version: '1.2.3', address: 'here:4400', publicUrl: 'https://auth.example' },
    ...{ startedAt: now - 100, seenAt: now - 2, state: 'behind' },
    revisions: Object.fromEntries(names.map((name) => [name, 6])),
    behind: names.map((name) => ({ realm: name, runs: 6, current: 7, reason: 'revision' })),
  }
}

export function aClient(client_id: string, changes: Partial<Client> = {}): Client {
  return {
    realm: 'default',
    client_id,
    client_id_issued_at: now - 100,
    updatedAt: now - 50,
    channel: 'open',
    state: 'active',
    firstParty: false,
    metadata: { client_name: `Client ${client_id}`, redirect_uris: ['https://app.example/cb'] },
    secrets: [{ digest: 'SECRET-DIGEST', sealed: 'SEALED-SECRET', issuedAt: now - 100, expiresAt: 0 }],
    registrationAccessTokens: [{ digest: 'TOKEN-DIGEST', issuedAt: now - 100 }],
    provenance: { address: '192.0.2.1' },
    lockedMembers: [],
    boundPolicies: [],
    revision: 1,
    ...changes,
  }
}

const realm: Realm = quickstartRealm({
  issuer: 'https://auth.example',
  revision: 7,
  registration: { ...quickstartRealm().registration, enabled: true, initialAccessTokenRequired: true },
})
