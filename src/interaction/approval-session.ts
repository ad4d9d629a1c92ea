import { createHmac, timingSafeEqual } from 'node:crypto'
import type { EpochSeconds, Realm } from '../registration/index.ts'
import { readCookie, setCookie } from './cookies.ts'
import type { Visit } from './visit.ts'

/**
 * The short sign-in of the approval page, apart from the engine's session: a back-channel request asks this person
 * now, and an open browser does not prove that (CIBA Core §5).
 */
export interface ApprovalSessions {
  start(visit: Visit, accountId: string): void
  accountOf(visit: Visit): string | undefined
  end(visit: Visit): void
}

interface SessionSettings {
  readonly derivedKey: (purpose: string, bytes: number) => Uint8Array
  readonly lifetimeSeconds: number
  readonly now: () => EpochSeconds
}

export function createApprovalSessions({ derivedKey, lifetimeSeconds, now }: SessionSettings): ApprovalSessions {
  const key = derivedKey('interaction approval session', 32)
  const sign = (text: string) => createHmac('sha256', key).update(text).digest()

  return {
    start({ reply, realm }, accountId) {
      const payload = [realmKey(realm), accountId, now() + lifetimeSeconds]
      const text = Buffer.from(JSON.stringify(payload)).toString('base64url')
      const value = `${text}.${sign(text).toString('base64url')}`
      setCookie(reply, realm, { name: COOKIE, value, maxAgeSeconds: lifetimeSeconds })
    },
    accountOf({ request, realm }) {
      const [text = '', signature = ''] = (readCookie(request, realm, COOKIE) ?? '').split('.')
      const given = Buffer.from(signature, 'base64url')
      const expected = sign(text)
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined
      const [name, accountId, expiresAt] = JSON.parse(Buffer.from(text, 'base64url').toString()) as [string, string, EpochSeconds]
      return name === realmKey(realm) && expiresAt > now() ? accountId : undefined
    },
    end({ reply, realm }) {
      setCookie(reply, realm, { name: COOKIE, value: '', maxAgeSeconds: 0 })
    },
  }
}

const COOKIE = 'approvals'

/** What was signed for a realm that was removed says nothing in one that was made anew under its name. */
function realmKey({ name, incarnation }: Realm): string {
  return incarnation === undefined ? name : `${name} ${incarnation}`
}
