import type { Client, Realm } from '../registration/index.ts'

/** Nobody but the requester itself stood at the cradle of these. */
const unattended: readonly Client['channel'][] = ['open', 'metadata-document']

/**
 * Whether nobody vouches for the client. A certificate, a token or a signed statement is somebody's word; a statement of an issuer
 * from whom unsigned ones are taken may be anybody's.
 */
export function isSelfRegistered({ channel, statement }: Client, { statementIssuers }: Realm): boolean {
  if (channel !== 'software-statement') return unattended.includes(channel)
  return statementIssuers.some(({ id, allowUnsigned }) => id === statement?.issuerId && allowUnsigned)
}
