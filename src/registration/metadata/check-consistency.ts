import type { ClientMetadata } from '../client.ts'
import type { Realm } from '../realm.ts'
import { checkAddresses } from './check-addresses.ts'
import { checkAlgorithms } from './check-algorithms.ts'
import { checkAuthentication } from './check-authentication.ts'
import { checkDefaultScopes } from './check-default-scopes.ts'
import { checkFlows } from './check-flows.ts'
import { checkKeys } from './check-keys.ts'
import { checkPairwise } from './check-pairwise.ts'
import { checkRedirectUris } from './check-redirect-uris.ts'
import { refuseInOrder } from './violation.ts'

/**
 * The resulting client as a whole, whatever it came from: request, defaults, policies. All that the members demand of each
 * other is checked here, and nothing is changed any more.
 * @throws Refusal with every violation.
 */
export function checkConsistency(metadata: ClientMetadata, realm: Realm): void {
  refuseInOrder([
    ...checkRedirectUris(metadata, realm),
    ...checkFlows(metadata, realm),
    ...checkDefaultScopes(metadata, realm),
    ...checkAuthentication(metadata),
    ...checkKeys(metadata, realm),
    ...checkAlgorithms(metadata, realm),
    ...checkAddresses(metadata, realm),
    ...checkPairwise(metadata),
  ])
}
