import type { Ports } from '../ports.ts'

/** No registration can be made with it from now on; the clients that were stay. `false`: there is none to revoke. */
export async function revokeInitialAccessToken(
  token: { readonly realm: string; readonly id: string },
  actor: string,
  { initialAccessTokens, now: clock }: Pick<Ports, 'initialAccessTokens' | 'now'>,
): Promise<boolean> {
  const { realm, id } = token
  const at = clock()
  return initialAccessTokens.revoke(realm, id, at, { realm, type: 'initial-access-token.revoked', at, actor, details: { id } })
}
