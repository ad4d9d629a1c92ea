import type { Provenance } from '../client.ts'

/** What clients that were admitted by the same token have in common; ids of tokens and of clients cannot be taken for one another. */
export function tokenGroupOf({ initialAccessToken, accessTokenClient }: Provenance): string | undefined {
  if (initialAccessToken !== undefined) return `initial-access-token:${initialAccessToken}`
  return accessTokenClient === undefined ? undefined : `client:${accessTokenClient}`
}
