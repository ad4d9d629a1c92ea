import type { Realm } from '../../registration/index.ts'

/** A link of a client that may be followed, and the host to show for it; nothing else ever becomes an `href` (SEC-INJ-02). */
export interface SafeLink {
  readonly href: string
  readonly host: string
  readonly hostname: string
}

export function safeLink(realm: Realm, value: unknown): SafeLink | undefined {
  if (typeof value !== 'string' || !URL.canParse(value)) return undefined
  const { protocol, href, host, hostname, username, password } = new URL(value)
  const isWeb = protocol === 'https:' || (protocol === 'http:' && realm.development)
  // `https://bank.example@evil.example/` reads like another host than the one it leads to.
  return isWeb && username === '' && password === '' ? { href, host, hostname } : undefined
}
