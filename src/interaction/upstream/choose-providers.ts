import type { IdentityProvider, Realm } from '../../registration/index.ts'
import type { Interaction } from '../ports.ts'

/** Where this person may sign in. */
export interface Choice {
  readonly providers: readonly IdentityProvider[]
  /** One was picked by a hint, and there are others. */
  readonly isNarrowed: boolean
  readonly hasPasswordForm: boolean
}

/** `widely`: the person wants to see all there is, whatever the client hinted. */
export function chooseProviders(realm: Realm, interaction: Interaction, widely: boolean): Choice {
  const enabled = realm.identityProviders.filter((provider) => provider.enabled)
  const hinted = widely ? undefined : hintedProvider(enabled, interaction)
  return {
    providers: hinted === undefined ? enabled : [hinted],
    isNarrowed: hinted !== undefined && enabled.length > 1,
    hasPasswordForm: acceptsPasswords(realm),
  }
}

export function acceptsPasswords({ identityProviders }: Realm): boolean {
  return !identityProviders.some(({ enabled, passwordForm }) => enabled && passwordForm === 'hidden')
}

/** By its name; by the domain that the client names; by the address that the person is expected to sign in with. */
function hintedProvider(
  providers: readonly IdentityProvider[],
  { request, loginHint = '' }: Interaction,
): IdentityProvider | undefined {
  const named = providers.find(({ id }) => id === request.identityProviderHint)
  if (named !== undefined) return named
  const domain = (request.domainHint ?? /@([^@\s]+)$/.exec(loginHint)?.[1])?.toLowerCase()
  if (domain === undefined) return undefined
  const ofDomain = providers.filter(({ emailDomains }) => emailDomains.includes(domain))
  return ofDomain.length === 1 ? ofDomain[0] : undefined
}
