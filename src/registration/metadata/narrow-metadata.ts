import type { ClientMetadata } from '../client.ts'
import type { Realm } from '../realm.ts'
import type { Amendment } from './amendment.ts'
import { amend, type Draft, draftOf, refuse } from './draft.ts'
import { oneOf } from './echo.ts'
import { findGrantType } from './grant-types.ts'
import { type NarrowingRules, narrowFlows } from './narrow-flows.ts'
import { narrowScope } from './narrow-scope.ts'
import { resolveChoices } from './resolve-choices.ts'
import { refuseInOrder } from './violation.ts'

/**
 * Takes away what the realm cannot serve, and refuses only where nothing usable is left: deployed clients ask for all that
 * they could ever use (RFC 7591 §2 and §3.2.1 allow replacing any value, as long as the answer says so). Redirect URIs are
 * never touched (OIDR-EP-04).
 * @throws Refusal with every reason.
 */
export function narrowMetadata(
  metadata: ClientMetadata,
  realm: Realm,
  rules: NarrowingRules,
): { readonly metadata: ClientMetadata; readonly amendments: readonly Amendment[] } {
  const chosen = resolveChoices(draftOf(metadata), realm)
  const flows = narrowFlows(chosen, realm, rules)
  const method = narrowMethod(flows, realm)
  const scope = narrowScope(method, realm)
  const narrowed = narrowDetailTypes(scope, realm)
  refuseInOrder(narrowed.violations)
  return { metadata: narrowed.metadata, amendments: narrowed.amendments }
}

/**
 * One plain secret is as good as the other, and a client that can be public loses nothing that it could have relied on. A
 * method that proves more is refused where it is not served, and so is a misspelt one: nobody asks for less by asking for more.
 */
function narrowMethod(draft: Draft, realm: Realm): Draft {
  const { token_endpoint_auth_method: method, grant_types: grants = [] } = draft.metadata
  const served = realm.capabilities.values['token_endpoint_auth_method'] ?? []
  if (method === undefined || served.includes(method)) return draft
  const mustAuthenticate = grants.some((grant) => findGrantType(grant)?.confidential)
  const alternatives = plainSecretMethods.includes(method) ? [...plainSecretMethods, ...(mustAuthenticate ? [] : ['none'])] : []
  const substitute = alternatives.find((alternative) => served.includes(alternative))
  if (substitute === undefined) return refuse(draft, 'token_endpoint_auth_method', `must be ${oneOf(served)}`)
  return amend(draft, 'token_endpoint_auth_method', substitute, 'the method is not supported here')
}

const plainSecretMethods = ['client_secret_basic', 'client_secret_post']

/** RFC 9396 §10: types of the server alone can be used. */
function narrowDetailTypes(draft: Draft, realm: Realm): Draft {
  const types = draft.metadata['authorization_details_types']
  if (!Array.isArray(types)) return draft
  const supported = realm.capabilities.authorizationDetailsTypes
  const served = types.filter((type) => supported.includes(type))
  if (served.length === types.length) return draft
  if (served.length === 0) return refuse(draft, 'authorization_details_types', `must be ${oneOf(supported)}`)
  return amend(draft, 'authorization_details_types', served, 'types that this server does not know are left out')
}
