import type { ClientMetadata } from '../client.ts'

/** Whatever the subject type: a registered sector has to be true, even while nothing depends on it (OIDR-SEC-03, OIDR-SEC-12). */
export function requiresSectorDocument({ sector_identifier_uri: uri }: ClientMetadata): boolean {
  return uri !== undefined
}
