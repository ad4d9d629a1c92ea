import type { ClientMetadata } from '../client.ts'
import type { Realm } from '../realm.ts'
import type { Violation } from '../refusal.ts'
import { echo } from './echo.ts'
import { checkRedirectUri, type RedirectContext } from './redirect-uri.ts'
import { violation } from './violation.ts'

/** Present where people are redirected (DCR-RU-01), and every single one admissible for the type of application (OIDR-AT-01). */
export function checkRedirectUris(metadata: ClientMetadata, realm: Realm): readonly Violation[] {
  const { redirect_uris: uris = [], response_types: responses = [] } = metadata
  if (uris.length === 0 && responses.length > 0) {
    return [violation('redirect_uris', 'must hold at least one URI, since the client uses the authorization endpoint')]
  }
  return [...redirectViolations('redirect_uris', uris, metadata, realm), ...checkLogoutRedirects(metadata, realm)]
}

/** RP-Initiated Logout: people are sent there as well, so the same addresses are admissible (SEC-RU-08). */
function checkLogoutRedirects(metadata: ClientMetadata, realm: Realm): readonly Violation[] {
  const uris = metadata['post_logout_redirect_uris']
  const strings = Array.isArray(uris) ? uris.filter((uri) => typeof uri === 'string') : []
  return redirectViolations('post_logout_redirect_uris', strings, metadata, realm)
}

function redirectViolations(
  member: string,
  uris: readonly string[],
  metadata: ClientMetadata,
  realm: Realm,
): readonly Violation[] {
  const context: RedirectContext = {
    applicationType: metadata.application_type ?? 'web',
    usesImplicit: metadata.grant_types?.includes('implicit') ?? false,
    usesTokenAlone: metadata.response_types?.every((type) => type === 'token' || type === 'code') ?? false,
    realm,
  }
  return uris.flatMap((uri) => {
    const problem = checkRedirectUri(uri, context)
    return problem === undefined ? [] : [violation(member, `${problem}: ${echo(uri)}`)]
  })
}
