import type { IdentityProvider } from '../../registration/index.ts'
import { cleanText } from '../display/clean-text.ts'
import type { UpstreamIdentity } from './relying-party.ts'
import { UpstreamFailure } from './upstream-failure.ts'

type Claims = Readonly<Record<string, unknown>>

const CLAIMS_LENGTH_MAX = 16_384
const USERNAME_LENGTH_MAX = 200

/** What becomes of somebody's claims here. @throws UpstreamFailure if one is missing that has to be there. */
export function mapClaims(provider: IdentityProvider, { claims }: Pick<UpstreamIdentity, 'claims'>): Claims {
  for (const name of provider.requiredClaims) {
    if (isAbsent(claimAt(claims, name))) throw new UpstreamFailure('incomplete', `the claim ${name} is missing`)
  }
  const kept = provider.keptClaims.map((name) => [name, claimAt(claims, name)] as const)
  const mapped = Object.entries(provider.claimMap).map(([from, to]) => [to, claimAt(claims, from)] as const)
  const found = [...kept, ...mapped].filter(([, value]) => !isAbsent(value) && isStorable(value))
  const all = Object.fromEntries(found.map(([name, value]) => [name, name === 'email_verified' ? isTrue(value) : value]))
  if (JSON.stringify(all).length > CLAIMS_LENGTH_MAX) throw new UpstreamFailure('incomplete', 'the claims are too large')
  return all
}

/** What to call somebody, best first; the last one is nobody else's. */
export function usernamesOf(provider: IdentityProvider, { claims, subject }: UpstreamIdentity, id: string): readonly string[] {
  const sources = provider.usernameClaim === undefined ? ['preferred_username', 'email'] : [provider.usernameClaim]
  const wanted = [...sources.map((name) => claimAt(claims, name)), subject]
  const [name = provider.id] = wanted
    .map((value) => cleanText(typeof value === 'string' ? value : '', USERNAME_LENGTH_MAX))
    .filter((text) => text !== '')
  return [name, `${name}@${provider.id}`.slice(0, USERNAME_LENGTH_MAX + 40), `${name}#${id}`]
}

/** An address that the provider has verified (OIDC Core §5.1); some write the truth as a text. */
export function verifiedEmail({ claims }: Pick<UpstreamIdentity, 'claims'>): string | undefined {
  const { email, email_verified } = claims
  return typeof email === 'string' && /^[^\s@\0]+@[^\s@\0]+$/.test(email) && isStorable(email) && isTrue(email_verified)
    ? email
    : undefined
}

/** By its name, which may have periods itself; else from level to level. */
function claimAt(claims: Claims, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name]
  let found: unknown = claims
  for (const step of name.split('.')) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, step)) return undefined
    found = (found as Claims)[step]
  }
  return found
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || value === ''
}

function isTrue(value: unknown): boolean {
  return value === true || value === 'true'
}

/** PostgreSQL takes no NUL and no half of a surrogate pair, and JSON writes both as escapes. */
function isStorable(value: unknown): boolean {
  return !/\\u(?:0000|d[89a-f])/i.test(JSON.stringify(value))
}
