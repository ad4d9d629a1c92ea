import type { Channel, Client } from './client.ts'
import type { Realm } from './realm.ts'

/** Nobody but the requester itself stood at the cradle of these. */
const unattended: readonly Channel[] = ['open', 'metadata-document']

/**
 * Whether nobody vouches for the client. A certificate, a token or a signed statement is somebody's word; a statement is none
 * whose issuer is not believed any more, nor one of an issuer from whom unsigned ones are taken: it may be anybody's.
 */
export function isSelfRegistered(
  { channel, statement }: Pick<Client, 'channel' | 'statement'>,
  { statementIssuers }: Pick<Realm, 'statementIssuers'>,
): boolean {
  if (channel !== 'software-statement') return unattended.includes(channel)
  return !statementIssuers.some(({ id, issuer, allowUnsigned }) => {
    return id === statement?.issuerId && issuer === statement.issuer && !allowUnsigned
  })
}
