import { startTestServer, type TestServer } from '../../support/test-server.ts'

export type Answer = Readonly<Record<string, unknown>>

export interface Received {
  readonly status: number
  readonly headers: Headers
  readonly body: Answer
}

export interface Sent {
  readonly method?: string
  readonly token?: string
  readonly json?: object
  readonly form?: Readonly<Record<string, string>>
}

/** The tenant of the walk-through, and what its callers and administrators do. */
export interface Tenant {
  readonly server: TestServer
  /** `alpha`, unless several tenants share a server. */
  readonly realm: string
  /** The other one. */
  readonly bravo: string
  /** `${am}` of the replays: up to and including the realm. */
  readonly am: string
  at(path: string, sent?: Sent): Promise<Received>
  /** PingAM's administration of the realm: `realm-config` + path. */
  configure(method: string, path: string, json?: object): Promise<Received>
  /** Registers what R2.03 registers, with changes. */
  register(changes?: object, token?: string): Promise<Received>
  accessToken(client: Answer, scope?: string): Promise<string>
  stop(): Promise<void>
}

/** R2.03, of the reference document. */
export const chatbot = {
  grant_types: ['client_credentials'],
  response_types: ['token'],
  redirect_uris: ['https://example.com/callback'],
  scopes: ['data-read', 'data-write'],
  client_name: 'Retail Chatbot',
  token_endpoint_auth_method: 'client_secret_post',
}

/** R2.01, of the reference document: its task 1. */
export const provider = {
  advancedOAuth2Config: {
    supportedScopes: [
      ...['address', 'phone', 'openid', 'profile', 'fr:idm:*', 'am-introspect-all-tokens', 'email'],
      ...['data-read', 'data-write'],
    ],
  },
  clientDynamicRegistrationConfig: { allowDynamicRegistration: true },
}

export async function startTenant(): Promise<Tenant> {
  const server = await startTestServer({ file: 'examples/pingone-aic.yaml' })
  const { realmName: realm } = server
  const am = `${server.url}/am/oauth2/realms/root/realms/${realm}`
  const at = (path: string, sent?: Sent) => send(`${am}${path}`, sent)
  return {
    ...{ server, realm, bravo: realm.replace('alpha', 'bravo') },
    am,
    at,
    configure: (method, path, json) =>
      send(`${server.adminUrl}/am/json/realms/root/realms/${realm}/realm-config${path}`, {
        method,
        token: server.adminToken,
        ...(json === undefined ? {} : { json }),
      }),
    register: (changes = {}, token) =>
      at('/register', { json: { ...chatbot, ...changes }, ...(token === undefined ? {} : { token }) }),
    async accessToken(client, scope = 'data-read') {
      const form = { grant_type: 'client_credentials', scope, ...credentialsOf(client) }
      const { status, body } = await at('/access_token', { form })
      if (status !== 200) throw new Error(`no token: ${JSON.stringify(body)}`)
      return String(body['access_token'])
    },
    stop: server.stop,
  }
}

export function credentialsOf(client: Answer): { readonly client_id: string; readonly client_secret: string } {
  return { client_id: String(client['client_id']), client_secret: String(client['client_secret']) }
}

export async function send(url: string, { method, token, json, form }: Sent = {}): Promise<Received> {
  const body = json === undefined ? form && new URLSearchParams(form) : JSON.stringify(json)
  const answer = await fetch(url, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    redirect: 'manual',
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body }),
  })
  const text = await answer.text()
  return { status: answer.status, headers: answer.headers, body: text === '' ? {} : (JSON.parse(text) as Answer) }
}
