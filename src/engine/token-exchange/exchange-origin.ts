import type { AssertionIssuer } from '../../registration/index.ts'
import { findNeighbour } from '../neighbours.ts'
import { type Runtime, words } from '../runtime.ts'
import { factsAbout } from '../seam/seam.ts'
import type { Exchange, ForeignOrigin, Origin } from '../seam/seam-grants.ts'
import { isAlive } from '../tokens/jwt-access-token.ts'
import { findOpaqueAccessToken } from '../tokens/opaque-access-token.ts'

export type Place = Pick<Runtime, 'ports' | 'provider' | 'realm'>

export async function isStanding(place: Place, { origins }: Pick<Exchange, 'origins'>): Promise<boolean> {
  const each = await Promise.all(origins.map((origin) => stands(place, origin)))
  return each.every((one) => one)
}

async function stands(place: Place, origin: Origin): Promise<boolean> {
  switch (origin.kind) {
    case 'jwt':
      return isAlive(place, origin)
    case 'opaque':
      return (await findOpaqueAccessToken(place, place.ports.vault.open(origin.sealed))) !== undefined
    case 'consent':
      return (await consentedScopes(place, origin)) !== undefined
    case 'account':
      return (await place.ports.accounts.find(place.realm.name, origin.accountId)) !== undefined
    case 'foreign':
      return isStillTrusted(place.realm, origin) && (await standsThere(place, origin))
  }
}

/** Trust that is taken away is gone at once, from what was made of it too. */
function isStillTrusted(
  { assertionIssuers }: Place['realm'],
  { assertionIssuer, issuer, use, client_id }: ForeignOrigin,
): boolean {
  const entry = assertionIssuers.find(({ id }) => id === assertionIssuer)
  return entry !== undefined && entry.issuer === issuer && entry.uses.includes(use) && isBringer(entry, client_id)
}

export function isBringer({ clients }: AssertionIssuer, client_id: string): boolean {
  return clients === 'any' || clients.includes(client_id)
}

async function standsThere({ ports }: Place, { there }: ForeignOrigin): Promise<boolean> {
  if (there === undefined) return true
  const neighbour = await findNeighbour(ports, there.realm)
  return neighbour !== undefined && isStanding(neighbour, there)
}

/** What a person has allowed a client, by a consent that still fits the client's face; `undefined`: nothing (any more). */
export async function consentedScopes(
  { ports, provider, realm }: Place,
  { client_id, accountId }: { readonly client_id: string; readonly accountId: string },
): Promise<readonly string[] | undefined> {
  const client = await provider.Client.find(client_id)
  if (client === undefined) return undefined
  const { faceDigest, firstParty, scopes } = factsAbout(client)
  if (firstParty) return scopes
  const consent = await ports.consents.find(realm.name, accountId, client_id)
  if (consent?.faceDigest !== faceDigest) return undefined
  return [...new Set([...consent.scopes, ...Object.values(consent.resourceScopes).flat()].flatMap(words))]
}
