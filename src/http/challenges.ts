import type { Realm, Refusal } from '../registration/index.ts'
import type { RefusedRequest } from './dialects/dialect.ts'
import { toAscii } from './to-ascii.ts'

export type Challenge = 'bare' | 'with-error'

export interface ChallengeContext {
  readonly realm?: Realm
  readonly endpoint?: RefusedRequest['endpoint']
}

/** `WWW-Authenticate` (RFC 6750 §3), one header line per scheme: a list in one line is more than many a client takes apart. */
export function toChallenges(
  { code, message }: Refusal,
  challenge: Challenge,
  context: ChallengeContext,
): string | readonly string[] {
  const scope = code === 'insufficient_scope' ? scopeOf(context) : undefined
  const scopes = scope === undefined ? [] : [`scope="${toAscii(scope)}"`]
  const error = [`error="${code}"`, `error_description="${toAscii(message)}"`, ...scopes].join(', ')
  const parameters = challenge === 'bare' ? '' : ` ${error}`
  return acceptsDPoP(context) ? [`Bearer${parameters}`, `DPoP${parameters}`] : `Bearer${parameters}`
}

function scopeOf({ realm, endpoint }: ChallengeContext): string | undefined {
  return endpoint === 'registration' ? realm?.registration.initialAccessTokenScopes[0] : undefined
}

/** Registration access tokens are bearer tokens (RFC 7592 §1.2); only an ordinary access token can be bound to a key. */
function acceptsDPoP({ realm, endpoint }: ChallengeContext): boolean {
  if (realm === undefined || endpoint === undefined || !realm.capabilities.features.dPoP) return false
  const { initialAccessTokenScopes, registrationAccessTokens } = realm.registration
  return endpoint === 'registration' ? initialAccessTokenScopes.length > 0 : registrationAccessTokens === 'disabled'
}
