import type { AccessToken, ClientCredentials } from 'oidc-provider'
import type { Runtime } from '../runtime.ts'
import { type Confirmation, standingGrant } from './jwt-access-token.ts'

/** Known, not expired, of a client that is still served, under a grant that still stands. */
export async function findOpaqueAccessToken(
  { provider }: Pick<Runtime, 'provider'>,
  value: string,
): Promise<AccessToken | ClientCredentials | undefined> {
  const [ofGrant, ofClient] = await Promise.all([provider.AccessToken.find(value), provider.ClientCredentials.find(value)])
  const token = ofGrant ?? ofClient
  const client = token?.clientId === undefined ? undefined : await provider.Client.find(token.clientId)
  if (token === undefined || client === undefined || !token.isValid) return undefined
  if (ofGrant !== undefined && !(await standingGrant(provider, ofGrant.grantId, client.clientId))) return undefined
  return token
}

export function confirmationOf({ jkt, 'x5t#S256': x5t }: AccessToken | ClientCredentials): Confirmation {
  return { ...(jkt === undefined ? {} : { jkt }), ...(x5t === undefined ? {} : { 'x5t#S256': x5t }) }
}
