import type { ClientMetadata } from '../client.ts'
import type { Realm } from '../realm.ts'
import type { Violation, ViolationProblem } from '../refusal.ts'
import { echo } from './echo.ts'
import { checkRedirectUri, type RedirectContext } from './redirect-uri.ts'
import { isLoopbackHost, parseUri } from './uri-syntax.ts'
import { violation } from './violation.ts'

/** Present where people are redirected (DCR-RU-01), and every single one admissible for the type of application (OIDR-AT-01). */
export function checkRedirectUris(metadata: ClientMetadata, realm: Realm): readonly Violation[] {
  const { redirect_uris: uris = [], response_types: responses = [] } = metadata
  if (uris.length === 0 && responses.length > 0) {
    const expectation = 'must hold at least one URI, since the client uses the authorization endpoint'
    return [violation('redirect_uris', expectation, { kind: 'missing', about: ['redirect_uris'] })]
  }
  return [...redirectViolations('redirect_uris', uris, contextOf(metadata, realm)), ...checkLogoutRedirects(metadata, realm)]
}

/** RP-Initiated Logout: people are sent there as well, so the same addresses are admissible (SEC-RU-08). */
function checkLogoutRedirects(metadata: ClientMetadata, realm: Realm): readonly Violation[] {
  const uris = metadata['post_logout_redirect_uris']
  const strings = Array.isArray(uris) ? uris.filter((uri) => typeof uri === 'string') : []
  const allowsLoopback = realm.registration.redirectUris.logoutAllowsLoopback
  return redirectViolations('post_logout_redirect_uris', strings, { ...contextOf(metadata, realm), allowsLoopback })
}

function contextOf(metadata: ClientMetadata, realm: Realm): RedirectContext {
  return {
    applicationType: metadata.application_type ?? 'web',
    usesImplicit: metadata.grant_types?.includes('implicit') === true || isAnsweredInFront(metadata),
    usesTokenAlone: metadata.response_types?.every((type) => type === 'token' || type === 'code') ?? false,
    realm,
  }
}

/** With or without the grant `implicit`, which some realms do not ask for in hybrid flows. */
function isAnsweredInFront({ response_types: responses = [] }: ClientMetadata): boolean {
  return responses.some((response) => response.includes('token'))
}

function redirectViolations(member: string, uris: readonly string[], context: RedirectContext): readonly Violation[] {
  return uris.flatMap((uri) => {
    const problem = checkRedirectUri(uri, context)
    return problem === undefined ? [] : [violation(member, `${problem}: ${echo(uri)}`, kindOfFault(uri, context))]
  })
}

/** Told by the form of a refused address alone, the most basic fault first: a fragment matters before the scheme, the scheme before the host. */
function kindOfFault(address: string, { applicationType }: RedirectContext): ViolationProblem | undefined {
  const about = [address]
  const uri = parseUri(address)
  if (typeof uri === 'string') return { kind: 'malformed', about }
  if (uri.fragment !== undefined) return { kind: 'fragment', about }
  // An app may have a scheme of its own, so that what is wrong with it is not that it is none of the web.
  if (uri.scheme === 'http' || (uri.scheme !== 'https' && applicationType !== 'native')) return { kind: 'scheme', about }
  return isLoopbackHost(uri.host) ? { kind: 'loopback', about } : undefined
}
