import type { ClientMetadata } from '../client.ts'
import type { Realm } from '../realm.ts'
import { type Violation, violationsOf } from '../refusal.ts'
import { applyDefaults } from './apply-defaults.ts'
import { checkConsistency } from './check-consistency.ts'
import { checkNotification } from './check-flows.ts'
import { echo, oneOf } from './echo.ts'
import { canonicalResponseType, findGrantType, grantsOfResponseType, isServedResponseType } from './grant-types.ts'
import { permittedScopes, scopePermission, scopeWords } from './narrow-scope.ts'
import { refuseInOrder, violation } from './violation.ts'

/**
 * For the clients of a vendor who leaves nothing out: everything asked for that the realm does not serve, together with what is
 * wrong with the rest, so that whichever fault that vendor would have found first is among them.
 * @throws Refusal with every reason.
 */
export function refuseUnserved(metadata: ClientMetadata, layers: readonly ClientMetadata[], realm: Realm): void {
  const unserved = [
    ...unservedGrants(metadata, realm),
    ...unservedMethod(metadata, realm),
    ...unservedResponses(metadata, realm),
    ...unservedScope(metadata, realm),
    // Without the grant these members have no effect and go; so they are looked at here.
    ...checkNotification(metadata),
  ]
  if (unserved.length === 0) return
  const atFault = unserved.map(({ member }) => member)
  const sound = Object.fromEntries(Object.entries(metadata).filter(([member]) => !atFault.includes(member)))
  const others = violationsOf(() => checkConsistency(applyDefaults(sound, layers, realm).metadata, realm))
  refuseInOrder([...unserved, ...others.filter(({ member }) => !atFault.includes(member))])
}

function unservedGrants({ grant_types: grants = [] }: ClientMetadata, { capabilities }: Realm): readonly Violation[] {
  const served = capabilities.grantTypes
  return unsupported(
    'grant_types',
    grants.filter((grant) => !served.includes(grant)),
    served,
  )
}

function unservedMethod({ token_endpoint_auth_method: method }: ClientMetadata, { capabilities }: Realm): readonly Violation[] {
  const served = capabilities.values['token_endpoint_auth_method'] ?? []
  return method === undefined || served.includes(method) ? [] : unsupported('token_endpoint_auth_method', [method], served)
}

/** Of a client that does without the authorization endpoint, response types say nothing. */
function unservedResponses(metadata: ClientMetadata, { capabilities }: Realm): readonly Violation[] {
  const { grant_types: grants, response_types: responses } = metadata
  if (responses === undefined) return []
  const redirecting = grants?.filter((grant) => findGrantType(grant)?.responseWords.length !== 0)
  if (redirecting?.length === 0) return []
  const isUsable = (response: string) =>
    isServedResponseType(response, capabilities) &&
    (grants === undefined || grantsOfResponseType(response, capabilities).every((grant) => grants.includes(grant)))
  const canonical = responses.map(canonicalResponseType)
  const unusable = responses.filter((_response, index) => !isUsable(canonical[index] ?? ''))
  const served = capabilities.responseTypes.filter(isUsable)
  const unmatched = (redirecting ?? []).filter(
    (grant) => !canonical.some((response) => grantsOfResponseType(response).includes(grant)),
  )
  return [
    ...unsupported('response_types', unusable, served),
    ...unmatched.map((grant) =>
      violation('response_types', `must contain one that goes with the grant type ${echo(grant)} (RFC 7591 2.1)`, {
        kind: 'unmatched',
        about: [grant],
      }),
    ),
  ]
}

function unservedScope({ scope = '' }: ClientMetadata, realm: Realm): readonly Violation[] {
  const isPermitted = scopePermission(realm)
  const others = scopeWords(scope).filter((word) => !isPermitted(word))
  return unsupported('scope', others, permittedScopes(realm))
}

function unsupported(member: string, about: readonly string[], served: readonly string[]): readonly Violation[] {
  if (about.length === 0) return []
  const shown = about.slice(0, shownMax).map(echo).join(', ')
  return [violation(member, `must be ${oneOf(served)}, not ${shown}`, { kind: 'unsupported', about })]
}

const shownMax = 5
