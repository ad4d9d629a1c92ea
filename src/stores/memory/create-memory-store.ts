import {
  type AgentPrivilege,
  type AgentStore,
  type AuditEvent,
  type Change,
  type Client,
  ClientExists,
  type InitialAccessToken,
  type InitialAccessTokenStore,
  type RegistrationStore,
  RevisionConflict,
  TokenSpent,
} from '../../registration/index.ts'
import { admit, findObstacles, keyOfIdentifier, type UsedIdentifiers } from './admission.ts'
import { createAgentStore, forgetPrivileges } from './agents.ts'

export interface MemoryStore {
  readonly registration: RegistrationStore
  readonly initialAccessTokens: InitialAccessTokenStore
  readonly agents: AgentStore
  readonly events: readonly AuditEvent[]
}

/** Keeps registrations for the length of a test, with the conflicts of a real store. */
export function createMemoryStore(): MemoryStore {
  const state: State = {
    ...{ clients: new Map(), tokens: new Map(), removed: new Set(), used: new Map(), privileges: new Map(), events: [] },
  }
  return {
    events: state.events,
    agents: createAgentStore(state),
    registration: {
      async commit(change) {
        // Whatever can fail is asked first; nothing is awaited in between, so that no other change comes in between.
        requirePossible(state, change)
        const evicted = admit([...state.clients.values()], state.used, change)
        perform(state, structuredClone(change))
        for (const client of evicted) evict(state, client, change)
      },
      findObstacles: async (obstacles) => findObstacles([...state.clients.values()], state.used, obstacles),
      findClient: async (realm, client_id) => structuredClone(state.clients.get(keyOf(realm, client_id))),
      async findInitialAccessToken(realm, digests) {
        return structuredClone(
          [...state.tokens.values()].find((token) => token.realm === realm && digests.includes(token.digest)),
        )
      },
    },
    initialAccessTokens: {
      find: async (realm, id) => structuredClone(state.tokens.get(keyOf(realm, id))),
      async insert(token, event) {
        state.tokens.set(keyOf(token.realm, token.id), structuredClone(token))
        state.events.push(structuredClone(event))
      },
      async revoke(realm, id, at, event) {
        const token = state.tokens.get(keyOf(realm, id))
        if (token === undefined || token.revokedAt !== undefined) return false
        state.tokens.set(keyOf(realm, id), { ...token, revokedAt: at })
        state.events.push(structuredClone(event))
        return true
      },
    },
  }
}

interface State {
  readonly clients: Map<string, Client>
  readonly tokens: Map<string, InitialAccessToken>
  readonly removed: Set<string>
  readonly used: UsedIdentifiers
  readonly privileges: Map<string, AgentPrivilege>
  readonly events: AuditEvent[]
}

function keyOf(realm: string, id: string): string {
  return `${realm} ${id}`
}

function requirePossible(state: State, { realm, insert, replace, remove, spend, at }: Change): void {
  const { clients, tokens } = state
  if (insert !== undefined && isTaken(state, insert)) throw new ClientExists()
  if (spend !== undefined && !isSpendable(tokens.get(keyOf(realm, spend.initialAccessToken)), at)) throw new TokenSpent()
  if (replace !== undefined) requireRevision(clients.get(keyOf(realm, replace.client.client_id)), replace.ifRevision)
  if (remove !== undefined) requireRevision(clients.get(keyOf(realm, remove.client_id)), remove.ifRevision)
}

function isTaken({ clients, removed }: State, { realm, client_id, channel }: Client): boolean {
  const key = keyOf(realm, client_id)
  return clients.has(key) || (removed.has(key) && channel !== 'provisioned')
}

function requireRevision(client: Client | undefined, ifRevision: number | undefined): void {
  if (client === undefined || client.revision !== (ifRevision ?? client.revision)) throw new RevisionConflict()
}

function isSpendable(token: InitialAccessToken | undefined, at: number): boolean {
  if (token === undefined || token.revokedAt !== undefined) return false
  return (token.expiresAt ?? Number.POSITIVE_INFINITY) > at && token.uses < (token.usesMax ?? Number.POSITIVE_INFINITY)
}

function perform(state: State, { realm, insert, replace, remove, spend, use = [], event }: Change): void {
  const { clients, tokens, removed, used, events } = state
  const written = insert ?? replace?.client
  if (written !== undefined) clients.set(keyOf(realm, written.client_id), written)
  if (remove !== undefined) {
    clients.delete(keyOf(realm, remove.client_id))
    removed.add(keyOf(realm, remove.client_id))
    forgetPrivileges(state, realm, remove.client_id)
  }
  const token = spend === undefined ? undefined : tokens.get(keyOf(realm, spend.initialAccessToken))
  if (token !== undefined) tokens.set(keyOf(realm, token.id), { ...token, uses: token.uses + 1 })
  for (const identifier of use) used.set(keyOfIdentifier(realm, identifier), identifier.until)
  events.push(event)
}

function evict(state: State, { realm, client_id }: Client, { at, insert, replace }: Change): void {
  const { clients, removed, events } = state
  forgetPrivileges(state, realm, client_id)
  clients.delete(keyOf(realm, client_id))
  removed.add(keyOf(realm, client_id))
  const details = { for: (insert ?? replace?.client)?.client_id ?? '' }
  events.push({ realm, type: 'client.evicted', at, actor: 'system', client_id, details })
}
