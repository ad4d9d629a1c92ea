import type { TestServer } from './test-server.ts'

/** A client information response or an error, as it came. */
export interface RegistrationAnswer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly body: Readonly<Record<string, unknown>>
}

export interface RegisteredClient {
  readonly client_id: string
  readonly client_secret: string
  readonly registration_access_token: string
  readonly registration_client_uri: string
  readonly [member: string]: unknown
}

type HeaderFields = Readonly<Record<string, string>>

/** A redirect of a web client, for tests that are about something else. */
export const redirectUri = 'https://app.example/cb'

/** POST to the registration endpoint; a string goes as it is, anything else as JSON. */
export function register(
  { url }: Pick<TestServer, 'url'>,
  metadata: unknown,
  headers: HeaderFields = {},
): Promise<RegistrationAnswer> {
  return send(`${url}/register`, 'POST', headers, metadata)
}

/** A registration that has to succeed. */
export async function registered(
  server: Pick<TestServer, 'url'>,
  metadata: object = { redirect_uris: [redirectUri] },
  headers: HeaderFields = {},
): Promise<RegisteredClient> {
  const { status, text, body } = await register(server, metadata, headers)
  if (status !== 201) throw new Error(`not registered: ${status} ${text}`)
  return body as RegisteredClient
}

/** A public client for the code flow with refresh tokens. */
export function registeredPublic(server: Pick<TestServer, 'url'>, metadata: object = {}): Promise<RegisteredClient> {
  return registered(server, {
    redirect_uris: [redirectUri],
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code', 'refresh_token'],
    ...metadata,
  })
}

type Manageable = Pick<RegisteredClient, 'registration_access_token' | 'registration_client_uri'>

export function read(client: Manageable, headers: HeaderFields = bearer(client)): Promise<RegistrationAnswer> {
  return send(client.registration_client_uri, 'GET', headers)
}

export function update(client: Manageable, metadata: unknown, headers: HeaderFields = {}): Promise<RegistrationAnswer> {
  return send(client.registration_client_uri, 'PUT', { ...bearer(client), ...headers }, metadata)
}

export function remove(client: Manageable, headers: HeaderFields = bearer(client)): Promise<RegistrationAnswer> {
  return send(client.registration_client_uri, 'DELETE', headers)
}

export function bearer({ registration_access_token }: Pick<Manageable, 'registration_access_token'>): HeaderFields {
  return { authorization: `Bearer ${registration_access_token}` }
}

async function send(url: string, method: string, headers: HeaderFields, metadata?: unknown): Promise<RegistrationAnswer> {
  const body = typeof metadata === 'string' || metadata instanceof Uint8Array ? metadata : JSON.stringify(metadata)
  const type = metadata === undefined ? {} : { 'content-type': 'application/json' }
  const response = await fetch(url, { method, headers: { ...type, ...headers }, ...(metadata === undefined ? {} : { body }) })
  const text = await response.text()
  return { status: response.status, headers: response.headers, text, body: toObject(text) }
}

function toObject(text: string): Readonly<Record<string, unknown>> {
  return text.startsWith('{') ? (JSON.parse(text) as Readonly<Record<string, unknown>>) : {}
}
