import type { InitialAccessToken } from '../../registration/index.ts'
import type { InitialAccessTokenAdministration } from '../ports.ts'

const pageSize = 200

/** The tokens that still let clients in under this policy: without it they would come in unjudged. */
export async function tokensBoundTo(
  realm: string,
  policy: string,
  { list }: Pick<InitialAccessTokenAdministration, 'list'>,
): Promise<readonly string[]> {
  const bound: string[] = []
  let found: readonly InitialAccessToken[] = []
  do {
    found = await list(realm, pageSize, found.at(-1)?.id)
    const usable = found.filter(({ policies, revokedAt }) => revokedAt === undefined && policies.includes(policy))
    bound.push(...usable.map(({ id }) => `initial-access-tokens/${id}: is bound to this policy; revoke it first`))
  } while (found.length === pageSize)
  return bound
}
