import type { TestServer } from '../../support/test-server.ts'

export type Answer = Readonly<Record<string, unknown>>

/** What an administrator does in the console of the walk-through, by our admin API. */
export interface Console {
  /** @throws Error when the answer is not `status`. */
  put(path: string, body: object, status?: number): Promise<Answer>
  post(path: string, body: object, status?: number): Promise<Answer>
  get(path: string): Promise<Answer>
  remove(path: string, status?: number): Promise<void>
  /** Registration settings over those that the walk-through begins with. */
  settings(changes: object, status?: number): Promise<Answer>
  /** How many clients there are but the console's own. */
  countClients(): Promise<number>
}

export function consoleOf(server: TestServer): Console {
  const call = async (method: string, path: string, body: object | undefined, status: number): Promise<Answer> => {
    const answer = await server.admin(method, `/realms/${server.realmName}${path}`, body)
    const text = await answer.text()
    if (answer.status !== status) throw new Error(`${method} ${path}: ${answer.status} instead of ${status}: ${text}`)
    return text === '' ? {} : (JSON.parse(text) as Answer)
  }
  return {
    put: (path, body, status = 200) => call('PUT', path, body, status),
    post: (path, body, status = 201) => call('POST', path, body, status),
    get: (path) => call('GET', path, undefined, 200),
    remove: async (path, status = 204) => void (await call('DELETE', path, undefined, status)),
    settings: (changes, status = 200) => call('PUT', '/registration-settings', { ...walkThrough, ...changes }, status),
    async countClients() {
      const { items } = await call('GET', '/clients?limit=200', undefined, 200)
      return (items as readonly { channel: string }[]).filter(({ channel }) => channel !== 'administrator').length
    },
  }
}

/** Dynamic client registration enabled, without an initial access token; a scope that may not be had is refused. */
const walkThrough = {
  enabled: true,
  initialAccessTokenRequired: false,
  managementEnabled: false,
  unknownScopes: 'refuse',
  omittedScope: 'common-scopes',
  serverMembersInUpdate: 'ignore',
  // Its administrators redirect to https on their own machine.
  redirectUris: { webAllowsLoopback: true },
}

export interface Sent {
  readonly method?: string
  readonly token?: string
  readonly body?: object
}

export interface Received {
  readonly status: number
  readonly headers: Headers
  readonly body: Answer
}

export async function send(url: string, { method = 'POST', token, body }: Sent = {}): Promise<Received> {
  const answer = await fetch(url, {
    method,
    redirect: 'manual',
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  return { status: answer.status, headers: answer.headers, body: text === '' ? {} : (JSON.parse(text) as Answer) }
}

export async function requestToken(url: string, form: Readonly<Record<string, string>>): Promise<Received> {
  const answer = await fetch(`${url}/as/token.oauth2`, { method: 'POST', body: new URLSearchParams(form) })
  return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Answer }
}
