import { errors } from 'oidc-provider'
import { type Context, runtimeOf } from '../runtime.ts'

/** FAPI 2.0 Security Profile §5.3.2.1: a clock may be ahead by 10 seconds, and not by more than 60. */
const aheadSecondsMax = 60

type Members = Readonly<Record<string, unknown>>

/**
 * What the engine does not look at (RFC 7523 §3). A client signs other things with the same keys: what says that it is one of those is
 * no proof of who sends it (RFC 8725 §3.11).
 */
export function checkClientAssertion(ctx: Context, { aud, iat }: Members, { typ }: Members): void {
  const { ports, realm } = runtimeOf(ctx)
  // FAPI 2.0 Security Profile §5.3.2.1, item 8; the engine's own check, in whose place this one stands.
  if (realm.messageRules === 'fapi2' && aud !== realm.issuer) {
    throw new errors.InvalidClientAuth('the client_assertion must have the issuer as its aud, and nobody else')
  }
  if (typ !== undefined && (typeof typ !== 'string' || isOfAnotherType(typ))) {
    throw new errors.InvalidClientAuth('the client_assertion is a JWT of another type')
  }
  if (iat === undefined) return
  if (typeof iat !== 'number' || iat > ports.now() + aheadSecondsMax) {
    throw new errors.InvalidClientAuth('the client_assertion has an iat in the future')
  }
}

function isOfAnotherType(typ: string): boolean {
  const name = typ.toLowerCase().replace(/^application\//, '')
  return name.endsWith('+jwt') && name !== 'client-authentication+jwt'
}
