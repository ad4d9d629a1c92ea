import { fieldsOf } from '../../support/browser.ts'

/** As much of a browser as it takes to look at what it was given, and to hand that to another one. */
export function openJar() {
  const places = new Map<string, Map<string, string>>()
  const cookiesOf = (url: string | URL): Map<string, string> => {
    const { origin } = new URL(url)
    const known = places.get(origin) ?? new Map<string, string>()
    places.set(origin, known)
    return known
  }

  async function ask(url: string | URL, form?: Readonly<Record<string, string>>): Promise<Response> {
    const response = await fetch(url, {
      headers: { accept: 'text/html', cookie: [...cookiesOf(url)].map(([name, value]) => `${name}=${value}`).join('; ') },
      redirect: 'manual',
      ...(form && { method: 'POST', body: new URLSearchParams(form) }),
    })
    for (const header of response.headers.getSetCookie()) keep(cookiesOf(url), header)
    return response
  }

  function keep(cookies: Map<string, string>, header: string): void {
    const [pair = ''] = header.split(';')
    const name = pair.slice(0, pair.indexOf('='))
    const value = pair.slice(pair.indexOf('=') + 1)
    if (value === '' || /expires=thu, 01 jan 1970|max-age=0/i.test(header)) cookies.delete(name)
    else cookies.set(name, value)
  }

  /** Follows redirects until there is none, or until one leads where it is not to go. */
  async function follow(from: string | URL, stopAt: RegExp, form?: Readonly<Record<string, string>>): Promise<Arrival> {
    let url = new URL(from)
    let response = await ask(url, form)
    for (let hops = 0; hops < 10; hops += 1) {
      const onward = response.headers.get('location') ?? /^0; url=(.+)$/.exec(response.headers.get('refresh') ?? '')?.[1]
      if (onward === undefined) return { url, body: await response.text() }
      await response.arrayBuffer()
      url = new URL(onward, url)
      if (stopAt.test(url.href)) return { url, body: '' }
      response = await ask(url)
    }
    throw new Error(`too many redirects: ${url.href}`)
  }

  return { cookiesOf, follow }
}

/** Alice's way from an authorization request to where the client gets the answer. */
export async function authorizeAsAlice(request: URL, jar: Jar = openJar()): Promise<URL> {
  const back = /^https:\/\/rp\.example\/cb/
  let page = await jar.follow(request, back)
  if (page.body.includes('name="password"')) page = await jar.follow(page.url, back, { ...fieldsOf(page.body), ...alice })
  if (page.body.includes('/consent"')) page = await jar.follow(`${page.url.href}/consent`, back, fieldsOf(page.body))
  return page.url
}

export const alice = { username: 'alice', password: 'wonderland' }

export interface Arrival {
  readonly url: URL
  readonly body: string
}

export type Jar = ReturnType<typeof openJar>
