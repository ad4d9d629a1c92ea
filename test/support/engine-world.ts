import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createCertificates } from '../../src/certificates/index.ts'
import type { PendingInteraction } from '../../src/engine/authorization/interactions.ts'
import { createEngine, type Engine, type RequestFacts } from '../../src/engine/index.ts'
import type { BasicVerdict, Consent, EnginePages, EnginePorts, KeyChange, Page, SigningKey } from '../../src/engine/ports.ts'
import {
  type AgentStore,
  type AuditEvent,
  type Client,
  type JsonObject,
  type Realm,
  Refusal,
} from '../../src/registration/index.ts'
import { createAgentStore } from '../../src/stores/memory/agents.ts'
import { openBrowser } from './browser.ts'
import { inMemoryObjects } from './engine-objects.ts'
import { type ClientSketch, clientFrom, realmAt } from './engine-realm.ts'

/** One realm at a real listener, with the storage in memory; what a person would do at the pages is `person`. */
export interface EngineWorld {
  readonly engine: Engine
  readonly issuer: string
  readonly origin: string
  readonly objects: ReturnType<typeof inMemoryObjects>
  readonly agents: AgentStore
  readonly events: AuditEvent[]
  readonly consents: Map<string, Consent>
  readonly logged: { readonly event: string; readonly details: Readonly<Record<string, unknown>> }[]
  readonly fetched: { readonly url: string; readonly options: RequestInit | undefined }[]
  readonly interactions: PendingInteraction[]
  /** The clients that were seen at work. */
  readonly used: string[]
  readonly person: { accountId: string; consents: boolean }
  /** What clients' own addresses answer. */
  outbound: (url: string, options?: RequestInit) => Promise<Response>
  realm(): Realm
  change(change: (realm: Realm) => Realm): void
  register(sketch: ClientSketch): Client
  client(id: string): Client | undefined
  forget(client_id: string): void
  digest(secret: string): string
  seal(clear: string): string
  passTime(seconds: number): void
  /** From now on time passes by `passTime` alone. */
  freezeTime(): void
  now(): number
  post(path: string, body: Record<string, string> | URLSearchParams, headers?: Record<string, string>): Promise<Response>
  browser(): ReturnType<typeof openBrowser>
  close(): Promise<void>
}

export interface WorldOptions {
  readonly realm?: (realm: Realm) => Realm
  readonly listen?: (answer: (request: IncomingMessage, response: ServerResponse) => void) => Server
  readonly ports?: Partial<EnginePorts>
  readonly about?: (request: IncomingMessage) => RequestFacts
}

const prefix = '/realms/test'
const key = createHash('sha256').update('test').digest()

export async function openWorld(options: WorldOptions = {}): Promise<EngineWorld> {
  let skew = 0
  let frozen: number | undefined
  const wallClock = () => Math.floor(Date.now() / 1000)
  const now = () => (frozen ?? wallClock()) + skew
  const vault = testVault()
  const events: AuditEvent[] = []
  const objects = inMemoryObjects(now, events)
  const clients = new Map<string, Client>()
  const agents = createAgentStore({ clients, privileges: new Map(), events })
  let pairwiseKey: string | undefined
  const consents = new Map<string, Consent>()
  const world = { outbound: async (): Promise<Response> => new Response('', { status: 404 }) } as unknown as EngineWorld
  const fetched: EngineWorld['fetched'] = []
  const logged: EngineWorld['logged'] = []
  const interactions: PendingInteraction[] = []
  const used: string[] = []
  const person = { accountId: 'alice', consents: true }

  const server = (options.listen ?? createServer)((request, response) => void answer(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const scheme = options.listen === undefined ? 'http' : 'https'
  const origin = `${scheme}://localhost:${(server.address() as AddressInfo).port}`
  const issuer = `${origin}${prefix}`
  let realm = (options.realm ?? ((same) => same))(realmAt(issuer))
  const change: EngineWorld['change'] = (how) => {
    realm = { ...how(realm), revision: realm.revision + 1 }
  }

  const ports: EnginePorts = {
    objects,
    clients: {
      findClient: async (_realm, id) => clients.get(id),
      recordUse: (_realm, id) => void used.push(id),
      removedBy: async () => undefined,
    },
    keys: signingKeys(() => change((same) => same)),
    revokedTokens: revokedTokens(),
    accounts: {
      find: async (_realm, id) =>
        ['alice', 'bob'].includes(id) ? { id, claims: { name: id, email: `${id}@example.org` } } : undefined,
      findByUsername: async (_realm, name) => (name === 'alice' ? { id: 'alice', claims: {} } : undefined),
    },
    accountLinks: { find: async () => undefined },
    consents: {
      find: async (_realm, accountId, client_id) => consents.get(`${accountId} ${client_id}`),
      save: async (consent) => void consents.set(`${consent.accountId} ${consent.client_id}`, consent),
      remove: async (_realm, accountId, client_id) => void consents.delete(`${accountId} ${client_id}`),
    },
    agentPrivileges: agents,
    recordEvent: async (event) => void events.push(event),
    pages: plainPages,
    certificates: createCertificates(),
    basicSignIn: async ({ authorization }) => signInByBasic(authorization),
    vault,
    pairwiseKeys: {
      keep: async (_realm, fresh) => {
        pairwiseKey ??= fresh
        return pairwiseKey
      },
    },
    derivedKey: (purpose, bytes) => createHmac('sha512', key).update(purpose).digest().subarray(0, bytes),
    fetch: async (url, init) => {
      fetched.push({ url, options: init })
      return world.outbound(url, init)
    },
    issuerKeys: {
      fetch: async (_realm, uri) => {
        const response = await world.outbound(uri)
        if (!response.ok) throw new Refusal('invalid_software_statement', 'no keys there')
        return (await response.json()) as JsonObject
      },
    },
    now,
    log: (event, details) => logged.push({ event, details }),
    ...options.ports,
  }
  const engine = createEngine(ports, { find: (name) => (name === realm.name ? realm : undefined), all: () => [realm] })

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = (request.url ?? '').replace(
      /^\/\.well-known\/(?:oauth-authorization-server|openid-configuration)\/realms\/test/,
      `${prefix}/.well-known/openid-configuration`,
    )
    if (!url.startsWith(prefix)) return void response.writeHead(404).end()
    request.url = url.slice(prefix.length)
    if (request.url.startsWith('/interaction/')) return behaveAsPerson(request, response)
    await engine.handle(realm, request, response, options.about?.(request) ?? {})
  }

  async function behaveAsPerson(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const interaction = await engine.interactions.find(realm, request, response)
    if (interaction === undefined) return void response.writeHead(404).end('no such interaction')
    interactions.push(interaction)
    if (interaction.prompt === 'login') {
      return engine.interactions.signedIn(realm, request, response, { accountId: person.accountId, amr: ['pwd'], remember: true })
    }
    return person.consents
      ? engine.interactions.consented(realm, request, response)
      : engine.interactions.denied(realm, request, response)
  }

  return Object.assign(world, {
    engine,
    issuer,
    origin,
    objects,
    agents,
    events,
    consents,
    logged,
    fetched,
    interactions,
    used,
    person,
    change,
    now,
    realm: () => realm,
    register(sketch: ClientSketch) {
      const client = clientFrom(sketch)
      clients.set(client.client_id, client)
      return client
    },
    client: (id: string) => clients.get(id),
    forget: (id: string) => void clients.delete(id),
    digest: vault.digest,
    seal: vault.seal,
    passTime(seconds: number) {
      skew += seconds
    },
    freezeTime() {
      frozen = wallClock()
    },
    post: (path: string, body: Record<string, string> | URLSearchParams, headers: Record<string, string> = {}) =>
      fetch(`${issuer}${path}`, { method: 'POST', body: new URLSearchParams(body), headers }),
    browser: () => openBrowser(origin),
    async close() {
      engine.stop()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  })
}

function testVault() {
  const digest = (value: string) => createHmac('sha256', key).update(value).digest('base64url')
  return {
    digest,
    matches: (value: string, stored: string) => timingSafeEqual(Buffer.from(digest(value)), Buffer.from(stored)),
    seal(clear: string) {
      const iv = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', key, iv)
      return Buffer.concat([iv, cipher.update(clear, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString('base64url')
    },
    open(sealed: string) {
      const bytes = Buffer.from(sealed, 'base64url')
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12)).setAuthTag(bytes.subarray(-16))
      return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]).toString('utf8')
    },
  }
}

function signingKeys(onChange: () => void): EnginePorts['keys'] {
  let keys: readonly SigningKey[] = []
  let turn: Promise<void> = Promise.resolve()
  const apply = ({ insert, publishUntil, isUnheardOf = false }: KeyChange) => {
    const kept = keys.map((known) => ({
      ...known,
      ...(publishUntil[known.kid] === undefined ? {} : { publishedUntil: publishUntil[known.kid] }),
    }))
    keys = [...kept, ...insert] as SigningKey[]
    if (!isUnheardOf) onChange()
  }
  return {
    list: async () => keys,
    change(_realm, how) {
      turn = turn.then(async () => apply(await how(keys)))
      return turn
    },
  }
}

function revokedTokens(): EnginePorts['revokedTokens'] {
  const revoked = new Set<string>()
  return { add: async (_realm, jti) => void revoked.add(jti), has: async (_realm, jti) => revoked.has(jti) }
}

const page = (status: number, html: string): Page => ({ status, html: `<!DOCTYPE html>${html}`, headers: { 'x-page': 'ours' } })

/** Alice's password is `wonderland`, Bob's too. */
function signInByBasic(authorization: string): BasicVerdict {
  const [username = '', password] = Buffer.from(authorization.replace('Basic ', ''), 'base64').toString().split(':')
  if (password === 'wonderland') return { accountId: username }
  const challenge = { ...page(401, 'who is there?'), headers: { 'www-authenticate': 'Basic realm="test"' } }
  return authorization === '' ? { page: challenge } : { page: challenge, reason: 'rejected' }
}

const plainPages: EnginePages = {
  error: ({ error, description, continueTo, requestId }) =>
    page(400, `<p>error=${error}</p><p>${description}</p><a href="${continueTo}">${requestId}</a>`),
  logoutConfirm: ({ form }) => page(200, `logout? ${form}`),
  loggedOut: ({ frames = [], continueTo }) =>
    page(200, `${frames.map((src) => `<iframe src="${src}">`).join('')}<a href="${continueTo}">`),
  deviceCode: ({ form, problem }) => page(200, `code? ${problem} ${form}`),
  deviceConfirm: ({ form, userCode }) => page(200, `confirm ${userCode} ${form}`),
  deviceDone: () => page(200, 'device done'),
}
