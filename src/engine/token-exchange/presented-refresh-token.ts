import type { RefreshToken } from 'oidc-provider'
import type { JsonObject } from '../../registration/index.ts'
import { type Runtime, words } from '../runtime.ts'
import { standingGrant } from '../tokens/jwt-access-token.ts'
import type { LiveToken } from './live-token.ts'

/**
 * What says that somebody signed in at a client and has not withdrawn it, where an ID token has expired (ID-JAG, Processing Rules).
 * It is judged as in its own grant, and not used up.
 */
export async function readRefreshToken({ provider }: Runtime, value: string): Promise<LiveToken | undefined> {
  const token = await provider.RefreshToken.find(value)
  if (token?.clientId === undefined || token.exp === undefined || !token.isValid) return undefined
  const { clientId: client_id, accountId, exp, grantId = '' } = token
  const client = await provider.Client.find(client_id)
  const scopes = words(token.scope)
  // As with an ID token, which would not be there without `openid`, and whose pairwise subject nobody else knows.
  if (client === undefined || client.subjectType === 'pairwise' || !scopes.includes('openid')) return undefined
  if (!(await standingGrant(provider, grantId, client_id))) return undefined
  return {
    ...{ client_id, accountId, sub: accountId, scopes, audience: [], exp, act: undefined, mayAct: undefined, depth: 0 },
    confirmation: confirmationOf(token),
    authentication: authenticationOf(token),
    origin: { kind: 'consent', client_id, accountId },
  }
}

function confirmationOf({ jkt, 'x5t#S256': x5t }: RefreshToken): LiveToken['confirmation'] {
  return { ...(jkt === undefined ? {} : { jkt }), ...(x5t === undefined ? {} : { 'x5t#S256': x5t }) }
}

function authenticationOf({ authTime, acr, amr }: RefreshToken): JsonObject {
  const told = Object.entries({ auth_time: authTime, acr, amr }).filter(([, value]) => value !== undefined)
  return Object.fromEntries(told) as JsonObject
}
