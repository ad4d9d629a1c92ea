import { type Configuration, errors } from 'oidc-provider'
import type { Realm } from '../../registration/index.ts'
import type { Context } from '../runtime.ts'

/** The engine knows how FAPI narrows messages: whom assertions are for, which answers are signed, what has to be said in requests. */
export function fapi({ messageRules }: Realm): Pick<NonNullable<Configuration['features']>, 'fapi'> {
  if (messageRules === 'standard') return {}
  return { fapi: { enabled: true, profile: messageRules === 'fapi2' ? '2.0' : '1.0 Final' } }
}

const fapiClaims = ['exp', 'nbf', 'aud']
/** FAPI 1.0 Part 2 §5.2.2-13, FAPI 2.0 Message Signing §5.3.1. */
const fapiLifetimeSecondsMax = 3600
const backchannelClaims = ['exp', 'iat', 'nbf', 'jti']

type Claims = Readonly<Record<string, unknown>>

/** CIBA Core §7.1.1, and FAPI. Whether the claims are true of the request, the engine looks by itself. */
export function checkRequestObjectClaims({ oidc }: Context, claims: Claims, { messageRules }: Realm): void {
  const isFapi = messageRules !== 'standard'
  const needed = [...(isFapi ? fapiClaims : []), ...(oidc.route === 'backchannel_authentication' ? backchannelClaims : [])]
  const missing = needed.find((claim) => claims[claim] === undefined)
  if (missing !== undefined) throw new errors.InvalidRequestObject(`the request object lacks the claim ${missing}`)
  if (isFapi && !isShortLived(claims)) {
    throw new errors.InvalidRequestObject('exp must be after nbf, by an hour at most')
  }
}

function isShortLived({ exp, nbf }: Claims): boolean {
  const lifetime = Number(exp) - Number(nbf)
  return lifetime > 0 && lifetime <= fapiLifetimeSecondsMax
}
