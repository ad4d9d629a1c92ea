import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import type { Configuration } from '../../src/index.ts'
import { authorizationUrl, type Parameters } from './flows.ts'
import { type RegisteredClient, redirectUri, registeredPublic } from './registration-client.ts'
import { type ScriptedProvider, startScriptedProvider } from './scripted-provider.ts'
import { serveSuite } from './serve-suite.ts'
import type { TestServer } from './test-server.ts'
import { openWanderingBrowser, type Page, textOf, type WanderingBrowser } from './wandering-browser.ts'

/** A sign-in that was begun: the provider was asked, and the test brings the answer back. */
export interface BegunSignIn {
  readonly browser: WanderingBrowser
  /** What the provider was asked. */
  readonly asked: URLSearchParams
  readonly state: string
  /** Of the interaction. */
  readonly page: Page
}

export interface UpstreamWorld {
  readonly server: TestServer
  /** Provider `company`, or a new one in its place: what providers say of themselves is remembered for a while. */
  readonly provider: ScriptedProvider
  /** Provider `other`. */
  readonly other: ScriptedProvider
  readonly client: RegisteredClient
  addProvider(definition: object): Promise<void>
  renewProvider(definition?: object): Promise<void>
  begin(button?: string, parameters?: Parameters): Promise<BegunSignIn>
  /** With what the provider would have answered, and `changes`. */
  comeBack(attempt: BegunSignIn, changes?: Parameters, id?: string): Promise<Page>
  /** The same, as status and text of the page that says no. */
  refusal(attempt: BegunSignIn, changes?: Parameters, id?: string): Promise<string>
}

const common = { clientId: 'front', secret: 'the secret of the front', clockSkewSeconds: 5 }
const company = { ...common, displayName: 'Company' }

/** The whole server in front of two providers that do as they are told. */
export function upstreamSuite(): UpstreamWorld {
  const server = serveSuite({ change: withSecondRealm })
  const parts = {} as { provider: ScriptedProvider; other: ScriptedProvider; client: RegisteredClient }

  beforeAll(async () => {
    parts.provider = await startScriptedProvider()
    parts.other = await startScriptedProvider()
    await addProvider({ ...company, id: 'company', issuer: parts.provider.issuer })
    await addProvider({ ...common, id: 'other', displayName: 'Other', issuer: parts.other.issuer, clientId: 'elsewhere' })
    parts.client = await registeredPublic(server)
  })
  afterEach(() => {
    parts.provider.script = {}
    parts.other.script = {}
  })
  afterAll(() => Promise.all([parts.provider?.stop(), parts.other?.stop()]))

  async function addProvider(definition: object): Promise<void> {
    const response = await server.admin('POST', '/realms/default/identity-providers', definition)
    expect({ status: response.status, body: await response.json() }).toMatchObject({ status: 201 })
  }

  async function renewProvider(definition: object = {}): Promise<void> {
    await parts.provider.stop()
    const next = await startScriptedProvider()
    next.script = parts.provider.script
    parts.provider = next
    const changed = { ...company, issuer: next.issuer, ...definition }
    const response = await server.admin('PUT', '/realms/default/identity-providers/company', changed)
    expect({ status: response.status, body: await response.json() }).toMatchObject({ status: 200 })
  }

  async function begin(button = 'with Company', parameters: Parameters = {}): Promise<BegunSignIn> {
    const browser = openWanderingBrowser(redirectUri)
    const page = await browser.visit(authorizationUrl(server, parts.client, parameters))
    await browser.submit(page, {}, button)
    const asked = browser.trail.find(({ pathname, origin }) => pathname === '/authorize' && origin !== server.url)
    return { browser, page, state: asked?.searchParams.get('state') ?? '', asked: asked?.searchParams ?? new URLSearchParams() }
  }

  async function comeBack({ browser, state }: BegunSignIn, changes: Parameters = {}, id = 'company'): Promise<Page> {
    const answer = { state, code: `code-of-${state}`, ...changes }
    return browser.visit(`${server.url}/upstream/${id}/callback?${new URLSearchParams(answer)}`)
  }

  async function refusal(attempt: BegunSignIn, changes: Parameters = {}, id = 'company'): Promise<string> {
    const page = await comeBack(attempt, changes, id)
    expect(page.url.href.startsWith(redirectUri)).toBe(false)
    return `${page.status} ${textOf(page.body)}`
  }

  const world = { server, addProvider, renewProvider, begin, comeBack, refusal }
  return Object.defineProperties(world as unknown as UpstreamWorld, {
    provider: { get: () => parts.provider },
    other: { get: () => parts.other },
    client: { get: () => parts.client },
  })
}

/** Another realm `second`, just like the first. */
function withSecondRealm(configuration: Configuration): Configuration {
  const second = configuration.realms.map(({ base, ...realm }) => ({
    ...realm,
    name: 'second',
    base: { ...base, name: 'second', issuer: `${configuration.publicUrl}/realms/second` },
  }))
  return { ...configuration, realms: [...configuration.realms, ...second] }
}

export const signedIn = /^https:\/\/app\.example\/cb\?code=/
