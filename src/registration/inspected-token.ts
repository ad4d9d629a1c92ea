import type { JsonObject } from './client.ts'
import type { EpochSeconds } from './epoch-seconds.ts'

/** What a live access token turned out to say, for whoever has other words for it than RFC 7662. */
export interface InspectedToken {
  /** As introspection answers it (RFC 7662 §2.2). */
  readonly claims: JsonObject
  /** These stand for the grant that it was issued under and for the token itself, and disclose neither. */
  readonly grant: string
  readonly token: string
  /** What the person signs in with, where it speaks about one. */
  readonly username?: string
  /** Where the token tells. */
  readonly grantType?: string
  readonly now: EpochSeconds
}
