import type { Realm } from '../registration/index.ts'
import type { RealmFile } from './realm-schema.ts'

type Strictness = Pick<Realm, 'profile' | 'messageRules' | 'pkce' | 'errorsOfUnprovenClients' | 'requirements' | 'passwordAcr'>

/** How strict the realm is, in the words of the domain. */
export function strictnessOf(realm: RealmFile): Strictness {
  const { profile, messageRules, pkce, errorsOfUnprovenClients, passwordAcr } = realm
  return {
    profile,
    messageRules,
    pkce,
    errorsOfUnprovenClients,
    ...(passwordAcr === undefined ? {} : { passwordAcr }),
    requirements: {
      pushedAuthorizationRequests: realm.requirePushedAuthorizationRequests,
      signedRequestObjects: realm.requireSignedRequestObjects,
      senderConstrainedTokens: realm.requireSenderConstrainedTokens,
    },
  }
}
