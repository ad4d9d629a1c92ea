import type { LightMyRequestResponse } from 'fastify'
import type { InteractionWorld } from './interaction-world.ts'

export type Answer = LightMyRequestResponse

/** A browser without a window: keeps cookies, sends forms, follows nothing by itself. */
export interface InjectBrowser {
  readonly cookies: Map<string, string>
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Answer>
  /** Sends `fields` together with the token of the page that was seen last. */
  submit(path: string, fields?: Readonly<Record<string, string>>, headers?: Readonly<Record<string, string>>): Promise<Answer>
}

export function injectBrowser(world: InteractionWorld, remoteAddress = '198.51.100.7'): InjectBrowser {
  const cookies = new Map<string, string>()
  let token = ''

  async function send(request: {
    method: 'GET' | 'POST'
    url: string
    headers: Record<string, string>
    payload?: string
  }): Promise<Answer> {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await world.app.inject({
      ...request,
      remoteAddress,
      headers: { ...request.headers, ...(cookie === '' ? {} : { cookie }) },
    })
    for (const { name, value } of answer.cookies) cookies.set(name, value)
    token = tokenOf(answer.payload) ?? token
    return answer
  }

  return {
    cookies,
    get: (url, headers = {}) => send({ method: 'GET', url, headers }),
    submit: (url, fields = {}, headers = {}) => {
      const payload = new URLSearchParams({ token, ...fields }).toString()
      return send({ method: 'POST', url, payload, headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers } })
    },
  }
}

export function tokenOf(html: string): string | undefined {
  return /name="token" value="([^"]+)"/.exec(html)?.[1]
}

/** Arrives at an interaction the way a person does, with the engine's cookie. */
export async function arriveAt(world: InteractionWorld, uid: string, headers: Readonly<Record<string, string>> = {}) {
  const browser = injectBrowser(world)
  await browser.get(`/start/${uid}`)
  const page = await browser.get(`/interaction/${uid}`, headers)
  return { browser, page }
}
