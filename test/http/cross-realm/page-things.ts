import { fieldsOf } from '../../support/browser.ts'
import { authorizationUrl, type Parameters, post } from '../../support/flows.ts'
import type { TestServer } from '../../support/test-server.ts'
import { alice, type Jar, openJar } from './cookie-jar.ts'
import { call, issuerOf } from './furnish-realm.ts'
import { nonexistent } from './nonexistent.ts'
import { redirect_uri, twin } from './protocol-things.ts'

/** A page that waits for its person: where it is, what its form sends, and what the browser has. */
export interface Pending {
  readonly uid: string
  readonly token: string
  readonly cookies: Parameters
}

/** What the browsers of people have of a realm. */
export interface PageThings {
  /** Signed in. */
  readonly session: Parameters
  readonly login: Pending
  readonly consent: Pending
  /** Decided; the engine only has to be told. */
  readonly resume: Pending
  readonly userCode: string
  readonly deviceResume: Pending
  readonly logout: Pending
  /** `before`: when nobody had signed in there. */
  readonly approvals: Pending & { readonly before: Pending }
  /** Back from the identity provider, with its answer. */
  readonly upstream: Pending & { readonly answer: Parameters }
}

const never = /^https:\/\/(?:rp|stranger)\.example/
const strangerClient = { client_id: 'stranger', redirect_uris: ['https://stranger.example/cb'] }
export const twinAsking = { client_id: 'twin', redirect_uris: [redirect_uri] }

/** All of it, or some `parts`. */
export async function mintPages(server: TestServer, realm: string, parts?: readonly (keyof PageThings)[]): Promise<PageThings> {
  const place = { url: issuerOf(server, realm) }
  const begin = async (client: typeof twinAsking, jar = openJar(), more: Parameters = {}) => {
    const { url, body } = await jar.follow(authorizationUrl(place, client, { scope: 'openid read', ...more }), never)
    return { jar, url, body }
  }
  const pendingOf = (jar: Jar, url: URL, body: string): Pending => {
    const fields = fieldsOf(body)
    return {
      uid: url.pathname.split('/').at(-1) ?? '',
      token: fields['token'] ?? fields['xsrf'] ?? '',
      cookies: Object.fromEntries(jar.cookiesOf(place.url)),
    }
  }
  const signIn = ({ jar, url, body }: Awaited<ReturnType<typeof begin>>, stopAt = never) =>
    jar.follow(url, stopAt, { ...fieldsOf(body), ...alice })

  const signedIn = async () => {
    const started = await begin(twinAsking)
    await signIn(started)
    return started.jar
  }
  const deviceCode = async () => {
    const { body } = await post(place, '/device_authorization', { ...twin, scope: 'openid' })
    return String(body['user_code'])
  }
  const at = async (path: string) => {
    const jar = await signedIn()
    const { url, body } = await jar.follow(`${place.url}${path}`, never)
    return pendingOf(jar, url, body)
  }
  const mints: { readonly [Part in keyof PageThings]: () => Promise<PageThings[Part]> } = {
    session: async () => Object.fromEntries((await signedIn()).cookiesOf(place.url)),
    login: async () => {
      const { jar, url, body } = await begin(strangerClient)
      return pendingOf(jar, url, body)
    },
    consent: async () => {
      const jar = await signedIn()
      // Who has agreed once is not asked again by itself.
      const { url, body } = await begin(strangerClient, jar, { prompt: 'consent' })
      return pendingOf(jar, url, body)
    },
    resume: async () => {
      const started = await begin(strangerClient)
      return pendingOf(started.jar, (await signIn(started, /\/authorize\/[^/]+$/)).url, '')
    },
    userCode: deviceCode,
    deviceResume: async () => resumeOfDevice(place.url, await deviceCode()),
    logout: () => at('/logout'),
    approvals: () => approvalsOf(place),
    upstream: () => upstreamOf(place.url),
  }
  const minted: [string, unknown][] = []
  for (const part of parts ?? (Object.keys(mints) as (keyof PageThings)[])) minted.push([part, await mints[part]()])
  return Object.fromEntries(minted) as unknown as PageThings

  async function resumeOfDevice(issuer: string, user_code: string): Promise<Pending> {
    const jar = openJar()
    const first = await jar.follow(`${issuer}/device`, never)
    const confirm = await jar.follow(first.url, never, { ...fieldsOf(first.body), user_code })
    const signInPage = await jar.follow(first.url, never, { ...fieldsOf(confirm.body), confirm: 'yes' })
    const back = await jar.follow(signInPage.url, /\/device\/[^/]+$/, { ...fieldsOf(signInPage.body), ...alice })
    return pendingOf(jar, back.url, '')
  }

  async function approvalsOf(at: { readonly url: string }) {
    await post(at, '/backchannel', { ...twin, scope: 'openid', login_hint: 'alice', binding_message: 'Table 7' })
    const jar = openJar()
    const page = `${at.url}/backchannel-requests`
    const before = await jar.follow(page, never)
    const signedOut = pendingOf(jar, before.url, before.body)
    const { url, body } = await jar.follow(page, never, { ...fieldsOf(before.body), ...alice })
    return { ...pendingOf(jar, url, body), uid: fieldsOf(body)['request'] ?? '', before: signedOut }
  }

  async function upstreamOf(issuer: string) {
    const { jar, url, body } = await begin(strangerClient)
    const form = { token: fieldsOf(body)['token'] ?? '', provider: 'company' }
    const there = await jar.follow(`${issuer}/interaction/${url.pathname.split('/').at(-1)}/upstream`, never, form)
    const back = await jar.follow(there.url, /\/upstream\/company\/callback/, {
      ...fieldsOf(there.body),
      username: 'carol',
      password: 'wonderland',
    })
    return { ...pendingOf(jar, url, body), answer: Object.fromEntries(back.url.searchParams) }
  }
}

/** Both realms let people sign in at another server as well. */
export async function connectProvider(server: TestServer, elsewhere: TestServer): Promise<void> {
  const issuer = `${new URL(elsewhere.url).origin}/realms/provider`
  const callbacks = ['one', 'two'].map((realm) => `${issuerOf(server, realm)}/upstream/company/callback`)
  const { client_secret } = await call(elsewhere, 'POST', '/realms/provider/clients', {
    ...{
      client_id: 'front',
      redirect_uris: callbacks,
      scope: 'openid profile email',
      firstParty: true,
      token_endpoint_auth_method: 'client_secret_basic',
    },
  })
  for (const realm of ['one', 'two']) {
    const about = { id: 'company', displayName: 'Company', issuer, clientId: 'front', secret: client_secret }
    await call(server, 'POST', `/realms/${realm}/identity-providers`, about)
  }
}

/** Everything of the same looks, and nothing of it known. */
export function pagesNowhere(things: PageThings): PageThings {
  const other = (value: unknown): unknown => {
    if (typeof value === 'string') return nonexistent(value)
    return Object.fromEntries(Object.entries(value as object).map(([name, member]) => [name, other(member)]))
  }
  return { ...(other(things) as PageThings), userCode: things.userCode.replace(/.$/, (last) => (last === 'B' ? 'C' : 'B')) }
}
