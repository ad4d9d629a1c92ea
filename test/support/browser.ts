interface Cookie {
  readonly name: string
  readonly value: string
  readonly path: string
}

export interface Arrival {
  /** Where the last redirect pointed that left the server, if one did. */
  readonly location?: URL
  readonly status: number
  readonly body: string
  readonly headers: Headers
}

/**
 * As much of a browser as a sign-in needs: cookies with their paths, and redirects while they stay with the server.
 * `nodeUrl`: the node that a load balancer would choose for every request to `origin`.
 */
export function openBrowser(origin: string, nodeUrl?: string) {
  const cookies = new Map<string, Cookie>()

  const sent = (path: string) => [...cookies.values()].filter((cookie) => path.startsWith(cookie.path))

  function keep(header: string): void {
    const [pair = '', ...attributes] = header.split(';').map((part) => part.trim())
    const name = pair.slice(0, pair.indexOf('='))
    const value = pair.slice(pair.indexOf('=') + 1)
    const path = attributes.find((attribute) => attribute.toLowerCase().startsWith('path='))?.slice(5) ?? '/'
    if (value === '') cookies.delete(`${name} ${path}`)
    else cookies.set(`${name} ${path}`, { name, value, path })
  }

  async function request(url: string | URL, init: RequestInit = {}): Promise<Response> {
    const target = new URL(url, origin)
    const headers = new Headers(init.headers)
    headers.set('accept', 'text/html')
    headers.set(
      'cookie',
      sent(target.pathname)
        .map(({ name, value }) => `${name}=${value}`)
        .join('; '),
    )
    const response = await fetch(nodeUrl === undefined ? target : new URL(`${target.pathname}${target.search}`, nodeUrl), {
      ...init,
      headers,
      redirect: 'manual',
    })
    for (const header of response.headers.getSetCookie()) keep(header)
    return response
  }

  async function visit(url: string | URL, init?: RequestInit): Promise<Arrival> {
    let response = await request(url, init)
    for (let hops = 0; hops < 20; hops += 1) {
      const location = response.headers.get('location')
      const target = location === null ? undefined : new URL(location, origin)
      const { status, headers } = response
      if (target === undefined) return { status, headers, body: await response.text() }
      if (target.origin !== origin) return { location: target, status, headers, body: await response.text() }
      await response.arrayBuffer()
      response = await request(target)
    }
    throw new Error('too many redirects')
  }

  const submit = (url: string, fields: Record<string, string>) =>
    visit(url, { method: 'POST', body: new URLSearchParams(fields) })

  return { visit, submit, cookies }
}

export type Browser = ReturnType<typeof openBrowser>

/** The hidden fields of the first form of a page. */
export function fieldsOf(html: string): Record<string, string> {
  const fields = [...html.matchAll(/<input[^>]*name="([^"]+)"[^>]*>/g)].map(([input, name = '']) => {
    return [name, /value="([^"]*)"/.exec(input)?.[1] ?? ''] as const
  })
  return Object.fromEntries(fields)
}
