import type { AccessToken, ClientCredentials } from 'oidc-provider'
import type { InspectedToken, JsonObject, PresentedToken, Realm } from '../../registration/index.ts'
import { ownGrantType, type Runtime } from '../runtime.ts'
import { inspectedToken } from './inspected-token.ts'
import { isHeldBy } from './is-held-by.ts'
import { isAlive, looksLikeJwt, verifyJwtAccessToken } from './jwt-access-token.ts'
import { confirmationOf, findOpaqueAccessToken } from './opaque-access-token.ts'
import { verifyIdToken } from './presented-id-token.ts'

/** What tokens say, told to whoever holds them: some vendors have endpoints for that. */
export interface TokenInfo {
  /** `undefined`: the token is not live, or not that of who shows it. */
  accessToken(realm: Realm, presented: PresentedToken): Promise<InspectedToken | undefined>
  /** The claims of a valid ID token of this realm that was made for one client and is neither encrypted nor signed with its secret. */
  idToken(realm: Realm, value: string): Promise<JsonObject | undefined>
}

export function createTokenInfo(currentRuntime: (realm: Realm) => Promise<Runtime>): TokenInfo {
  return {
    async accessToken(realm, presented) {
      const runtime = await currentRuntime(realm)
      return looksLikeJwt(presented.value) ? ofJwt(runtime, presented) : ofOpaque(runtime, presented)
    },
    async idToken(realm, value) {
      return (await verifyIdToken(await currentRuntime(realm), value)) as JsonObject | undefined
    },
  }
}

async function ofJwt(runtime: Runtime, presented: PresentedToken): Promise<InspectedToken | undefined> {
  const token = await verifyJwtAccessToken(runtime, presented.value)
  if (token === undefined || !(await isAlive(runtime, token))) return undefined
  const { grantId, ...claims } = token
  if (!(await isHeldBy(runtime, { ...token, confirmation: token.cnf ?? {} }, presented))) return undefined
  const told = { ...claims, token_type: typeOf(claims.cnf?.jkt) } as unknown as JsonObject
  return inspectedToken(runtime, { claims: told, grantId, jti: token.jti, grantType: ownGrantType(told, grantId) })
}

async function ofOpaque(runtime: Runtime, presented: PresentedToken): Promise<InspectedToken | undefined> {
  const token = await findOpaqueAccessToken(runtime, presented.value)
  if (token?.clientId === undefined) return undefined
  if (!(await isHeldBy(runtime, { client_id: token.clientId, confirmation: confirmationOf(token) }, presented))) return undefined
  return inspectedToken(runtime, {
    claims: await claimsOf(runtime, token),
    grantId: 'grantId' in token ? token.grantId : undefined,
    jti: token.jti,
    grantType: (token as { readonly gty?: string }).gty?.split(' ')[0] ?? 'client_credentials',
  })
}

/** A person is named as the client knows the person: where subjects are pairwise, not at all. */
async function claimsOf({ realm, provider }: Runtime, token: AccessToken | ClientCredentials): Promise<JsonObject> {
  const client = token.clientId === undefined ? undefined : await provider.Client.find(token.clientId)
  const person = 'accountId' in token && client?.subjectType !== 'pairwise' ? token.accountId : undefined
  const sub = 'accountId' in token ? person : token.clientId
  const { clientId: client_id, scope, aud, exp, iat, jkt } = token
  const known = { iss: realm.issuer, client_id, scope, aud, exp, iat, sub, token_type: typeOf(jkt) }
  return Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined)) as JsonObject
}

function typeOf(jkt: string | undefined): string {
  return jkt === undefined ? 'Bearer' : 'DPoP'
}
