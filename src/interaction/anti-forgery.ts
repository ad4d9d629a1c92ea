import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Realm } from '../registration/index.ts'
import { readCookie, setCookie } from './cookies.ts'

/** Proof that a form was filled in on a page of ours, by the browser that the page was made for (MCP-CON-03, SEC-CON-02). */
export interface AntiForgery {
  /** The hidden field of a page for `subject`; gives the browser its cookie if it has none. */
  tokenFor(exchange: Exchange, subject: readonly string[]): string
  /** Whether a form for `subject` came back from the page that it was made for. */
  isGenuine(exchange: Pick<Exchange, 'request' | 'realm'>, subject: readonly string[], token: string | null): boolean
  /** The same of a token that came back by another way than a form: whether this is the browser that it was made for. */
  isOfThisBrowser(exchange: Pick<Exchange, 'request' | 'realm'>, subject: readonly string[], token: string): boolean
}

interface Exchange {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly realm: Realm
}

/**
 * A double submit with a signature: the field is an HMAC over the browser's cookie, the realm and the subject, so a
 * token for one interaction, client or step is worth nothing in another.
 */
export function createAntiForgery(derivedKey: (purpose: string, bytes: number) => Uint8Array): AntiForgery {
  const key = derivedKey('interaction anti-forgery', 32)
  const sign = (realm: Realm, secret: string, subject: readonly string[]) =>
    createHmac('sha256', key)
      .update(JSON.stringify([realm.name, secret, ...subject]))
      .digest('base64url')

  const isOfThisBrowser: AntiForgery['isOfThisBrowser'] = ({ request, realm }, subject, token) => {
    const secret = browserSecret(request, realm)
    return secret !== undefined && equals(sign(realm, secret, subject), token)
  }

  return {
    tokenFor({ request, reply, realm }, subject) {
      const known = browserSecret(request, realm)
      const secret = known ?? randomBytes(32).toString('base64url')
      if (known === undefined) setCookie(reply, realm, { name: COOKIE, value: secret })
      return sign(realm, secret, subject)
    },
    isGenuine: ({ request, realm }, subject, token) =>
      token !== null && isSameOrigin(request, realm) && isOfThisBrowser({ request, realm }, subject, token),
    isOfThisBrowser,
  }
}

const COOKIE = 'browser'

function browserSecret(request: FastifyRequest, realm: Realm): string | undefined {
  const value = readCookie(request, realm, COOKIE)
  return value !== undefined && /^[\w-]{43}$/.test(value) ? value : undefined
}

/**
 * The second line. Our pages say `no-referrer`, under which a browser sends `Origin: null` even for a form of the same
 * origin (Fetch, "append a request Origin header"); there Sec-Fetch-Site decides, and the token where that is missing too.
 */
function isSameOrigin({ headers }: FastifyRequest, realm: Realm): boolean {
  const site = headers['sec-fetch-site']
  if (site !== undefined) return site === 'same-origin'
  return headers.origin === undefined || headers.origin === 'null' || headers.origin === new URL(realm.issuer).origin
}

function equals(expected: string, given: string): boolean {
  const a = Buffer.from(expected)
  const b = Buffer.from(given)
  return a.length === b.length && timingSafeEqual(a, b)
}
