import { type AccessToken, errors } from 'oidc-provider'
import { groupsOf } from '../claims/groups-of.ts'
import { type Context, type Runtime, runtimeOf, words } from '../runtime.ts'
import { exchangeOf } from '../seam/seam-grants.ts'
import { isAlive, looksLikeJwt, verifyJwtAccessToken } from '../tokens/jwt-access-token.ts'
import { confirmationOf, findOpaqueAccessToken } from '../tokens/opaque-access-token.ts'
import { readIdToken } from '../tokens/presented-id-token.ts'
import type { Presented } from './exchange-request.ts'
import { isForeign, readForeignToken } from './foreign-token.ts'
import type { LiveToken } from './live-token.ts'
import { readRefreshToken } from './presented-refresh-token.ts'

type Claims = Readonly<Record<string, unknown>>

/** @throws `invalid_request`, which RFC 8693 §2.2.2 has for tokens that are invalid for any reason. */
export async function readPresented(ctx: Context, presented: Presented): Promise<LiveToken> {
  const runtime = runtimeOf(ctx)
  const { name, type, value } = presented
  if (type !== 'refresh_token' && isForeign(runtime, value)) {
    return readForeignToken(ctx, { name, type, value }, readers[type])
  }
  const token = await readers[type](runtime, value)
  if (token === undefined) throw new errors.InvalidRequest(`${name} is no live token of this type and issuer`)
  const { accountId } = token
  const account = accountId === undefined ? undefined : await runtime.ports.accounts.find(runtime.realm.name, accountId)
  if (accountId !== undefined && account === undefined)
    throw new errors.InvalidRequest(`${name} speaks about somebody who is not known here any more`)
  if (name === 'actor_token' && (await isPairwise(runtime, token))) {
    throw new errors.InvalidRequest('actor_token names its person to its own client alone (pairwise subject)')
  }
  return { ...token, groups: groupsOf(account?.claims) }
}

async function isPairwise({ provider }: Runtime, { accountId, client_id }: LiveToken): Promise<boolean> {
  return accountId !== undefined && (await provider.Client.find(client_id))?.subjectType === 'pairwise'
}

type Reader = (runtime: Runtime, value: string) => Promise<LiveToken | undefined>

const readers: Readonly<Record<Presented['type'], Reader>> = {
  access_token: (runtime, value) => (looksLikeJwt(value) ? readJwt(runtime, value) : readOpaque(runtime, value)),
  jwt: readJwt,
  id_token: readIdToken,
  refresh_token: readRefreshToken,
}

async function readJwt(runtime: Runtime, value: string): Promise<LiveToken | undefined> {
  const token = await verifyJwtAccessToken(runtime, value)
  if (token === undefined || !(await isAlive(runtime, token))) return undefined
  const { jti, client_id, sub, exp, aud, grantId } = token
  const grant = grantId === undefined ? undefined : await runtime.provider.Grant.find(grantId)
  return {
    client_id,
    ...(grant?.accountId === undefined ? {} : { accountId: grant.accountId }),
    sub,
    scopes: words(token.scope),
    audience: [aud].flat(),
    exp,
    act: claimsIn(token.act),
    mayAct: claimsIn(token.may_act),
    confirmation: token.cnf ?? {},
    depth: exchangeOf(grant)?.depth ?? 0,
    origin: { kind: 'jwt', jti, client_id, ...(grantId === undefined ? {} : { grantId }) },
  }
}

async function readOpaque(runtime: Runtime, value: string): Promise<LiveToken | undefined> {
  const token = await findOpaqueAccessToken(runtime, value)
  if (token?.clientId === undefined || token.exp === undefined) return undefined
  const { accountId, grantId } = token as Partial<AccessToken>
  const grant = grantId === undefined ? undefined : await runtime.provider.Grant.find(grantId)
  const { act, may_act: mayAct, sub = token.clientId } = (token.extra ?? {}) as Claims
  return {
    client_id: token.clientId,
    ...(accountId === undefined ? {} : { accountId }),
    sub: accountId ?? String(sub),
    scopes: words(token.scope),
    audience: [token.aud ?? []].flat(),
    exp: token.exp,
    act: claimsIn(act),
    mayAct: claimsIn(mayAct),
    confirmation: confirmationOf(token),
    depth: exchangeOf(grant)?.depth ?? 0,
    origin: { kind: 'opaque', sealed: runtime.ports.vault.seal(value) },
  }
}

function claimsIn(value: unknown): Claims | undefined {
  return typeof value === 'object' && value !== null ? (value as Claims) : undefined
}
