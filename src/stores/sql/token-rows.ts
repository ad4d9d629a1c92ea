import type { ClientMetadata, InitialAccessToken } from '../../registration/index.ts'

/** A row of `initial_access_tokens`. */
export interface TokenRow {
  readonly realm: string
  readonly id: string
  readonly digest: string
  readonly label: string | null
  readonly created_at: number
  readonly expires_at: number | null
  readonly uses_max: number | null
  readonly uses: number
  readonly revoked_at: number | null
  readonly defaults: ClientMetadata
  readonly locked: ClientMetadata
  readonly policies: readonly string[]
}

export const tokenColumns =
  'realm, id, digest, label, created_at, expires_at, uses_max, uses, revoked_at, defaults, locked, policies'

export function tokenOf(row: TokenRow): InitialAccessToken {
  return {
    realm: row.realm,
    id: row.id,
    digest: row.digest,
    ...(row.label === null ? {} : { label: row.label }),
    createdAt: row.created_at,
    ...(row.expires_at === null ? {} : { expiresAt: row.expires_at }),
    ...(row.uses_max === null ? {} : { usesMax: row.uses_max }),
    uses: row.uses,
    ...(row.revoked_at === null ? {} : { revokedAt: row.revoked_at }),
    defaults: row.defaults,
    locked: row.locked,
    policies: row.policies,
  }
}
