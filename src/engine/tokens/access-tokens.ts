import { type AccessTokens, type Realm, type VerifiedAccessToken, withGroupMembers } from '../../registration/index.ts'
import { type Runtime, words } from '../runtime.ts'
import { isHeldBy } from './is-held-by.ts'
import { type Confirmation, isAlive, looksLikeJwt, verifyJwtAccessToken } from './jwt-access-token.ts'
import { confirmationOf, findOpaqueAccessToken } from './opaque-access-token.ts'

/** An ordinary access token of the realm, presented to the server itself. */
export function createAccessTokens(currentRuntime: (realm: Realm) => Promise<Runtime>): AccessTokens {
  return {
    async verify(realm, presented) {
      const runtime = await currentRuntime(realm)
      const token = looksLikeJwt(presented.value)
        ? await findJwt(runtime, presented.value)
        : await findOpaque(runtime, presented.value)
      if (token === undefined || !isMeantForUs(realm, token.audience)) return undefined
      if (!(await isHeldBy(runtime, token, presented))) return undefined
      return { client_id: token.client_id, scopes: withGroupMembers(realm, token.scopes) }
    },
    async revoke(realm, value) {
      const runtime = await currentRuntime(realm)
      await (looksLikeJwt(value) ? revokeJwt(runtime, value) : revokeOpaque(runtime, value))
    },
  }
}

/** RFC 9068 §4: whoever a token was made for could present it here as well, if its audience were not looked at. */
function isMeantForUs({ issuer }: Realm, audience: FoundToken['audience']): boolean {
  const ours = [issuer, `${issuer}/register`]
  return audience === undefined || [audience].flat().some((resource) => ours.includes(resource))
}

async function revokeJwt(runtime: Runtime, value: string): Promise<void> {
  const token = await verifyJwtAccessToken(runtime, value)
  if (token !== undefined) await runtime.ports.revokedTokens.add(runtime.realm.name, token.jti, token.exp)
}

async function revokeOpaque({ provider }: Runtime, value: string): Promise<void> {
  const found = await Promise.all([provider.AccessToken.find(value), provider.ClientCredentials.find(value)])
  for (const token of found) await token?.destroy()
}

interface FoundToken extends VerifiedAccessToken {
  readonly audience: string | readonly string[] | undefined
  readonly confirmation: Confirmation
}

async function findJwt(runtime: Runtime, value: string): Promise<FoundToken | undefined> {
  const token = await verifyJwtAccessToken(runtime, value)
  if (token === undefined || !(await isAlive(runtime, token))) return undefined
  return { client_id: token.client_id, scopes: words(token.scope), audience: token.aud, confirmation: token.cnf ?? {} }
}

async function findOpaque(runtime: Runtime, value: string): Promise<FoundToken | undefined> {
  const token = await findOpaqueAccessToken(runtime, value)
  if (token?.clientId === undefined) return undefined
  return { client_id: token.clientId, scopes: words(token.scope), audience: token.aud, confirmation: confirmationOf(token) }
}
