import type { Configuration } from 'oidc-provider'
import type { Realm } from '../../registration/index.ts'
import { sha256 } from '../digest.ts'
import type { EnginePorts } from '../ports.ts'

const keyBytes = 32

/**
 * Every realm has cookies of its own, also on one host. The session's is for the whole host and can have the strictest prefix; those
 * of an interaction belong to its path, so that two sign-ins in one browser do not meet (RFC 6265bis §4.1.3).
 */
export function cookies(realm: Realm, derivedKey: EnginePorts['derivedKey']): NonNullable<Configuration['cookies']> {
  const isSecure = realm.issuer.startsWith('https:')
  const [host, secure] = isSecure ? ['__Host-', '__Secure-'] : ['', '']
  const own = /^[\w-]+$/.test(realm.name) ? realm.name : sha256(realm.name)
  const options = { httpOnly: true, sameSite: 'lax', secure: isSecure, signed: true } as const
  return {
    names: {
      session: `${host}registrar_session_${own}`,
      interaction: `${secure}registrar_interaction_${own}`,
      resume: `${secure}registrar_resume_${own}`,
    },
    long: { ...options, path: '/' },
    short: options,
    keys: [Buffer.from(derivedKey(`cookies:${realm.name}${incarnationOf(realm)}`, keyBytes)).toString('base64url')],
  }
}

/** What was signed for a realm that was removed says nothing in one that was made anew under its name. */
function incarnationOf({ incarnation }: Realm): string {
  return incarnation === undefined ? '' : `:${incarnation}`
}
