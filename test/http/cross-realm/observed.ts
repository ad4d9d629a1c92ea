import { textOf } from '../../support/wandering-browser.ts'

/** What whoever asked gets to see of an answer, without what differs from one request to the next. */
export interface Observed {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

const shown = ['content-type', 'www-authenticate', 'allow', 'location', 'refresh', 'set-cookie', 'dpop-nonce']

/** `sent`: what of the request can come back in the answer, and was another in the request that this is compared with. */
export async function observe(response: Response, sent: readonly string[] = []): Promise<Observed> {
  const plain = (text: string): string => withoutChance(withoutSent(text, sent))
  const headers = shown.flatMap((name) => {
    const values = name === 'set-cookie' ? response.headers.getSetCookie() : [response.headers.get(name)].flatMap((v) => v ?? [])
    return values.length === 0 ? [] : [[name, values.map((value) => plain(headerOf(name, value))).join('\n')] as const]
  })
  const text = await response.text()
  const isPage = response.headers.get('content-type')?.startsWith('text/html') === true
  return { status: response.status, headers: Object.fromEntries(headers), body: plain(isPage ? textOf(text) : text) }
}

/** A cookie's value is chance; that there is one is not. */
function headerOf(name: string, value: string): string {
  return name === 'set-cookie'
    ? value.replace(/=[^;]*/, (pair) => (pair === '=' ? '=' : '=…')).replace(/expires=[^;]*/i, '')
    : value
}

const chance: readonly RegExp[] = [
  // Ids of requests and objects, secrets, tokens, digests, times.
  /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g,
  /[\w-]{20,}(?:\.[\w-]+)*/g,
  /\b1[0-9]{9}\b/g,
]

function withoutChance(text: string): string {
  return chance.reduce((plain, pattern) => plain.replace(pattern, '…'), text)
}

function withoutSent(text: string, sent: readonly string[]): string {
  const values = sent.flatMap((value) => [value, encodeURIComponent(value)]).filter((value) => value !== '')
  return values.sort((a, b) => b.length - a.length).reduce((plain, value) => plain.replaceAll(value, '‹sent›'), text)
}
