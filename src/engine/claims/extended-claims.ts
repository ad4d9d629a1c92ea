import {
  type ClientMetadata,
  type ExtendedProperty,
  isReservedClaim,
  type JsonObject,
  type Realm,
} from '../../registration/index.ts'

/** What the operator wants to be told about a client in its access tokens, under names that are not taken. */
export function extendedClaims(metadata: ClientMetadata, { extendedProperties }: Realm): JsonObject {
  return Object.fromEntries(extendedProperties.flatMap((property) => claimOf(metadata, property)))
}

type Claim = readonly [string, string | readonly string[]]

function claimOf(metadata: ClientMetadata, { name, multiValued, tokenClaim }: ExtendedProperty): readonly Claim[] {
  if (tokenClaim === undefined || isReservedClaim(tokenClaim)) return []
  const texts = [metadata[name] ?? []].flat().filter((value) => typeof value === 'string')
  const [first] = texts
  if (first === undefined) return []
  return [[tokenClaim, multiValued ? texts : first]]
}
