import type { ClientMetadata } from '../client.ts'
import type { Realm } from '../realm.ts'

/**
 * Whatever the subject type: a registered sector has to be true, even while nothing depends on it (OIDR-SEC-03, OIDR-SEC-12).
 * A realm can wait until something does: with pairwise identifiers, for however many hosts, the sector decides who is who.
 */
export function requiresSectorDocument(metadata: ClientMetadata, { registration }: Pick<Realm, 'registration'>): boolean {
  if (metadata.sector_identifier_uri === undefined) return false
  return registration.sectorDocuments === 'always' || metadata.subject_type === 'pairwise'
}
