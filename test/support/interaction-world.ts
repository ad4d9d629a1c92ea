import { hkdfSync } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import fastify, { type FastifyInstance } from 'fastify'
import {
  type BackchannelRequest,
  createInteraction,
  type Interaction,
  type InteractionOptions,
  type InteractionRoom,
  type UpstreamPorts,
  type User,
} from '../../src/interaction/index.ts'
import type { Client, ClientMetadata, Realm } from '../../src/registration/index.ts'
import { memoryUpstream } from './memory-upstream.ts'

/** 2026-01-01T00:00:00Z: the clock of these tests. */
export const NOW = 1_767_225_600

/** `correct horse`, hashed with few rounds: the server takes any work factor, and reworks it in its own time. */
const QUICK_HASH = '$scrypt$ln=4,r=8,p=1$MDEyMzQ1Njc4OWFiY2RlZg$OAkZqUBelG6VIYdTJfYSENL5OmZRxMa3GwXn5oFliTg'
export const PASSWORD = 'correct horse'

/** The room with its ports in memory: what the engine would do is recorded and answered as the engine answers. */
export interface InteractionWorld {
  readonly app: FastifyInstance
  readonly room: InteractionRoom
  readonly interactions: Map<string, Interaction>
  readonly users: Map<string, User>
  readonly requests: Map<string, BackchannelRequest>
  readonly logos: Map<string, Uint8Array>
  readonly upstream: UpstreamPorts
  readonly log: string[]
  realm: Realm
  now: number
}

export interface WorldSettings {
  readonly realm?: Partial<Realm>
  readonly options?: Partial<InteractionOptions>
}

export function createWorld({ realm = {}, options = {} }: WorldSettings = {}): InteractionWorld {
  const users = new Map([['u1', userFixture()]])
  const log: string[] = []
  const base = {
    interactions: new Map<string, Interaction>(),
    users,
    requests: new Map<string, BackchannelRequest>(),
    logos: new Map<string, Uint8Array>(),
    upstream: memoryUpstream(users, log),
    log,
    realm: realmFixture(realm),
    now: NOW,
  }
  const world = base as unknown as { -readonly [Key in keyof InteractionWorld]: InteractionWorld[Key] }
  world.room = createInteraction(portsOf(world), { ...defaultOptions, ...options })
  world.app = appOf(world)
  return world
}

const defaultOptions: InteractionOptions = {
  attemptWindowSeconds: 900,
  attemptsPerUserMax: 10,
  attemptsPerAddressMax: 100,
  passwordChecksMax: 2,
  passwordQueueMax: 64,
  approvalSessionSeconds: 600,
}

/** As the http room mounts it: the prefix of a realm is taken off, and the request knows its realm. */
function appOf(world: InteractionWorld): FastifyInstance {
  const app = fastify({
    rewriteUrl: ({ url = '/' }) => {
      const prefix = new URL(world.realm.issuer).pathname.replace(/\/$/, '')
      return prefix !== '' && url.startsWith(`${prefix}/`) ? url.slice(prefix.length) : url
    },
  })
  app.decorateRequest('realm', null)
  app.addHook('onRequest', async (request) => {
    Object.assign(request, { realm: world.realm })
  })
  // Where a browser gets the cookie that the engine would have set.
  app.get('/start/:uid', async (request, reply) => {
    const { uid } = request.params as { uid: string }
    const path = `${new URL(world.realm.issuer).pathname.replace(/\/$/, '')}/interaction/${uid}`
    return reply.header('set-cookie', `_interaction=${uid}; Path=${path}; HttpOnly`).redirect(path, 303)
  })
  void app.register(world.room.plugin)
  return app
}

function portsOf(world: InteractionWorld): Parameters<typeof createInteraction>[0] {
  const current = (request: IncomingMessage) =>
    world.interactions.get(/_interaction=([\w-]+)/.exec(request.headers.cookie ?? '')?.[1] ?? '')
  return {
    realms: { find: () => world.realm, all: () => [world.realm] },
    now: () => world.now,
    derivedKey: (purpose, bytes) => new Uint8Array(hkdfSync('sha256', 'a secret of these tests', '', purpose, bytes)),
    logos: { find: async (uri) => world.logos.get(uri) },
    upstream: world.upstream,
    warn: (message, details) => world.log.push(`${message} ${JSON.stringify(details)}`),
    users: {
      findByUsername: async (_, username) => [...world.users.values()].find((user) => user.username === username),
      findById: async (_, id) => world.users.get(id),
      savePasswordHash: async (_, id, passwordHash) => {
        world.log.push(`savePasswordHash ${id}`)
        const user = world.users.get(id)
        if (user !== undefined) world.users.set(id, { ...user, passwordHash })
      },
    },
    interactions: {
      find: async (_, request) => current(request),
      signedIn: async (_, request, response, login) => {
        world.log.push(`signedIn ${login.accountId} ${login.amr.join()} ${login.remember}`)
        const interaction = current(request)
        if (interaction === undefined) throw new Error('nothing to finish')
        world.interactions.set(interaction.uid, { ...interaction, prompt: 'consent', accountId: login.accountId })
        seeOther(response, `${new URL(world.realm.issuer).pathname.replace(/\/$/, '')}/interaction/${interaction.uid}`)
      },
      consented: async (_, request, response) => {
        world.log.push('consented')
        seeOther(response, `${current(request)?.redirectUri}?code=c0de`)
      },
      denied: async (_, request, response) => {
        world.log.push('denied')
        seeOther(response, `${current(request)?.redirectUri}?error=access_denied`)
      },
    },
    backchannelRequests: {
      pending: async () => [...world.requests.values()],
      approve: async (_, id, accountId) => world.log.push(`approve ${id} ${accountId}`) > 0 && world.requests.delete(id),
      deny: async (_, id, accountId) => world.log.push(`deny ${id} ${accountId}`) > 0 && world.requests.delete(id),
    },
  }
}

function seeOther(response: ServerResponse, location: string): void {
  response.writeHead(303, { location }).end()
}

export function userFixture(changes: Partial<User> = {}): User {
  const user = {
    realm: 'default',
    id: 'u1',
    username: 'alice',
    passwordHash: QUICK_HASH,
    claims: {},
    active: true,
    provisioned: false,
  }
  return { ...user, ...changes }
}

export function clientFixture(metadata: ClientMetadata = {}, changes: Partial<Client> = {}): Client {
  return {
    realm: 'default',
    client_id: '0197a3c0-0000-7000-8000-000000000001',
    client_id_issued_at: NOW - 120,
    updatedAt: NOW - 120,
    channel: 'open',
    state: 'active',
    firstParty: false,
    metadata: { client_name: 'Notebook', redirect_uris: ['https://app.example/cb'], ...metadata },
    secrets: [],
    registrationAccessTokens: [],
    provenance: {},
    lockedMembers: [],
    boundPolicies: [],
    revision: 1,
    ...changes,
  }
}

export function interactionFixture(changes: Partial<Interaction> = {}): Interaction {
  return {
    uid: 'i1',
    prompt: 'consent',
    reasons: [],
    client: clientFixture(),
    redirectUri: 'https://app.example/cb',
    accountId: 'u1',
    scopes: ['openid', 'profile', 'mcp:tools'],
    missingScopes: ['openid', 'profile', 'mcp:tools'],
    missingClaims: [],
    resources: [],
    missingResourceScopes: {},
    authorizationDetails: [],
    request: { digest: 'd1', claims: [], asksAnew: false, isRepeated: false },
    isConsentGiven: false,
    ...changes,
  }
}

/** Only what pages look at; the rest of a realm is other rooms' business. */
export function realmFixture(changes: Partial<Realm> = {}): Realm {
  const seen: Partial<Realm> = {
    name: 'default',
    issuer: 'https://id.example',
    revision: 1,
    development: false,
    scopes: [{ name: 'openid' }, { name: 'profile' }, { name: 'mcp:tools', description: 'Use the tools of the notebook server' }],
    scopeGroups: [],
    resources: [{ id: 'api', identifier: 'https://API.example', name: 'The bank’s API', scopes: [], accessTokenFormat: 'jwt' }],
    identityProviders: [],
    directories: [],
    signIn: 'form',
  }
  return { ...seen, ...changes } as Realm
}
