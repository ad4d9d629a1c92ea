import { type Arrival, openBrowser } from './browser.ts'
import type { TestServer } from './test-server.ts'

export interface Person {
  readonly username: string
  readonly password: string
}

export interface ScriptedBrowser {
  /** Follows redirects as long as they stay with the server; `location` is where the one pointed that did not. */
  visit(url: string | URL, init?: RequestInit): Promise<Arrival>
  /** Sends the page's form as it stands, `fields` filled in; to `action` instead, as a button with `formaction` does. */
  submit(page: Arrival, fields?: Readonly<Record<string, string>>, action?: string): Promise<Arrival>
  /** Fills in the sign-in form that the page is; as the person of the browser, if nobody else is named. */
  signIn(page: Arrival, person?: Person): Promise<Arrival>
  /** Presses the button of the consent page. */
  allow(page: Arrival): Promise<Arrival>
  deny(page: Arrival): Promise<Arrival>
  /** From the authorization request to the client, through every page in between. */
  authorize(url: string | URL): Promise<URL>
}

/** The code flow of one person in a browser of her own; gives the redirect to the client, which is not requested. */
export async function authorize(server: TestServer, authorizationUrl: string | URL): Promise<URL> {
  return createBrowser(server).authorize(authorizationUrl)
}

/**
 * Keeps its cookies from one request to the next: a second authorization finds the first one's session. Meets the node at
 * `nodeUrl`, if there are several.
 */
export function createBrowser(server: TestServer, person: Person = someoneOf(server), nodeUrl?: string): ScriptedBrowser {
  const { visit } = openBrowser(new URL(server.url).origin, nodeUrl)

  const submit: ScriptedBrowser['submit'] = (page, fields = {}, action) => {
    const form = formOf(page)
    return visit(action ?? form.action, { method: 'POST', body: new URLSearchParams({ ...form.fields, ...fields }) })
  }
  const signIn: ScriptedBrowser['signIn'] = (page, { username, password } = person) => submit(page, { username, password })
  const allow: ScriptedBrowser['allow'] = (page) => submit(page)
  const deny: ScriptedBrowser['deny'] = (page) => submit(page, {}, /formaction="([^"]+)"/.exec(page.body)?.[1])

  async function authorizeHere(url: string | URL): Promise<URL> {
    let page = await visit(url)
    if (isSignIn(page)) page = await signIn(page)
    if (isConsent(page)) page = await allow(page)
    if (page.location === undefined) throw new Error(`the browser stays with the server (${page.status}): ${textOf(page)}`)
    return page.location
  }

  return { visit, submit, signIn, allow, deny, authorize: authorizeHere }
}

/** `ada` of the quickstart, or whoever is the first that the configuration knows with a password. */
export function someoneOf(
  { configuration, realmName }: Pick<TestServer, 'configuration' | 'realmName'>,
  realm = realmName,
): Person {
  const users = configuration.realms.find(({ name }) => name === realm)?.users ?? []
  const user = users.find(({ username }) => username === 'ada') ?? users[0]
  if (user?.password === undefined) throw new Error(`realm ${realm} has nobody who could sign in`)
  return { username: user.username, password: user.password }
}

export function isSignIn({ body }: Arrival): boolean {
  return /<input[^>]*name="password"/.test(body)
}

export function isConsent({ body }: Arrival): boolean {
  return /<form[^>]*action="[^"]*\/consent"/.test(body)
}

/** What a person reads, for messages about pages that nobody expected. */
export function textOf({ body }: Arrival): string {
  const [, main = body] = /<main[^>]*>([\s\S]*)<\/main>/.exec(body) ?? []
  return unescapeHtml(main.replace(/<(style|script)[\s\S]*?<\/\1>/g, '').replace(/<[^>]+>/g, ' '))
    .replace(/\s+/g, ' ')
    .trim()
}

/** The first form of a page: where it goes, and what it sends untouched. */
function formOf({ body }: Arrival): { readonly action: string; readonly fields: Readonly<Record<string, string>> } {
  const [form, action] = /<form[^>]*action="([^"]*)"[\s\S]*?<\/form>/.exec(body) ?? []
  if (form === undefined || action === undefined) throw new Error(`a page without a form: ${body.slice(0, 500)}`)
  const inputs = [...form.matchAll(/<input[^>]*>/g)].map(([input]) => input)
  const sent = inputs.filter((input) => !/type="(?:checkbox|radio|submit)"/.test(input))
  const fields = sent.map((input) => [attributeOf(input, 'name'), attributeOf(input, 'value')] as const)
  return { action: unescapeHtml(action), fields: Object.fromEntries(fields.filter(([name]) => name !== '')) }
}

function attributeOf(element: string, name: string): string {
  return unescapeHtml(new RegExp(`\\s${name}="([^"]*)"`).exec(element)?.[1] ?? '')
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' }

/** Attributes and texts as a browser reads them. */
export function unescapeHtml(text: string): string {
  return text.replace(/&(?:#(\d+)|#x([0-9A-Fa-f]+)|(\w+));/g, (entity, decimal?: string, hexadecimal?: string, name = '') => {
    const point = decimal === undefined ? Number.parseInt(hexadecimal ?? '', 16) : Number(decimal)
    return Number.isNaN(point) ? (entities[name] ?? entity) : String.fromCodePoint(point)
  })
}
