export interface Page {
  readonly url: URL
  readonly status: number
  readonly body: string
  readonly headers: Headers
}

/** A browser that goes from server to server: cookies by origin and path, redirects and `Refresh` followed up to `stopAt`. */
export interface WanderingBrowser {
  /** `stopAt`: a URL with this beginning is where it ends, and it is not requested. */
  visit(url: string | URL, init?: RequestInit): Promise<Page>
  /** Sends the page's form (the one with the button, if one is named), as the button says. */
  submit(page: Page, fields?: Readonly<Record<string, string>>, button?: string): Promise<Page>
  /** Every URL that was requested, in order. */
  readonly trail: URL[]
}

interface Cookie {
  readonly origin: string
  readonly path: string
  readonly name: string
  readonly value: string
}

const HOPS_MAX = 25

export function openWanderingBrowser(stopAt: string): WanderingBrowser {
  const jar = new Map<string, Cookie>()
  const trail: URL[] = []

  function keep(url: URL, header: string): void {
    const [pair = '', ...attributes] = header.split(';').map((part) => part.trim())
    const [name, value] = [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]
    const path = attributes.find((attribute) => /^path=/i.test(attribute))?.slice(5) ?? '/'
    const isGone = value === '' || attributes.some((attribute) => /^max-age=0$|^expires=thu, 01 jan 1970/i.test(attribute))
    const key = `${url.origin} ${path} ${name}`
    if (isGone) jar.delete(key)
    else jar.set(key, { origin: url.origin, path, name, value })
  }

  async function request(url: URL, init: RequestInit): Promise<Response> {
    trail.push(url)
    const sent = [...jar.values()].filter(({ origin, path }) => origin === url.origin && url.pathname.startsWith(path))
    const headers = new Headers(init.headers)
    headers.set('accept', 'text/html')
    if (sent.length > 0) headers.set('cookie', sent.map(({ name, value }) => `${name}=${value}`).join('; '))
    const response = await fetch(url, { ...init, headers, redirect: 'manual' })
    for (const header of response.headers.getSetCookie()) keep(url, header)
    return response
  }

  async function visit(from: string | URL, init: RequestInit = {}): Promise<Page> {
    let url = new URL(from)
    let response = await request(url, init)
    for (let hops = 0; hops < HOPS_MAX; hops += 1) {
      const { status, headers } = response
      const body = await response.text()
      const onward = headers.get('location') ?? /^0; url=(.+)$/.exec(headers.get('refresh') ?? '')?.[1]
      if (onward === undefined || onward === null) return { url, status, headers, body }
      url = new URL(onward, url)
      if (url.href.startsWith(stopAt)) return { url, status, headers, body }
      response = await request(url, {})
    }
    throw new Error(`too many redirects: ${trail.slice(-4).join(' ')}`)
  }

  async function submit(page: Page, fields: Readonly<Record<string, string>> = {}, button?: string): Promise<Page> {
    const { action, sent } = formOf(page.body, button)
    return visit(new URL(action, page.url), { method: 'POST', body: new URLSearchParams({ ...sent, ...fields }) })
  }

  return { visit, submit, trail }
}

function formOf(html: string, button?: string): { readonly action: string; readonly sent: Readonly<Record<string, string>> } {
  const forms = [...html.matchAll(/<form[\s\S]*?<\/form>/g)].map(([form]) => form)
  const buttonOf = (form: string) =>
    [...form.matchAll(/<button([^>]*)>([\s\S]*?)<\/button>/g)].find(
      ([, , label = '']) => button === undefined || textOf(label).includes(button),
    )
  const form = forms.find((candidate) => buttonOf(candidate) !== undefined)
  if (form === undefined) throw new Error(`no form ${button ?? ''} on the page: ${textOf(html)}`)
  const pressed = buttonOf(form)?.[1] ?? ''
  const action = attribute(pressed, 'formaction') ?? attribute(/<form[^>]*>/.exec(form)?.[0] ?? '', 'action') ?? ''
  const inputs = [...form.matchAll(/<input[^>]*>/g)].map(([input]) => input).filter((input) => !/type="checkbox"/.test(input))
  const pairs = [...inputs, pressed].flatMap((element) => {
    const name = attribute(element, 'name')
    return name === undefined ? [] : [[name, attribute(element, 'value') ?? ''] as const]
  })
  return { action, sent: Object.fromEntries(pairs) }
}

function attribute(element: string, name: string): string | undefined {
  return new RegExp(`\\b${name}="([^"]*)"`).exec(element)?.[1]?.replaceAll('&amp;', '&')
}

/** What a person reads. */
export function textOf(html: string): string {
  const [, main = html] = /<main[^>]*>([\s\S]*)<\/main>/.exec(html) ?? []
  return main
    .replace(/<[^>]+>/g, ' ')
    .replaceAll('&amp;', '&')
    .replace(/\s+/g, ' ')
    .trim()
}
