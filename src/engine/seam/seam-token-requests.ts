import type { X509Certificate } from 'node:crypto'
import type { AccessToken, ResourceServerInstance, TokenEndpointGrantContext } from 'oidc-provider'
import {
  buildTokenResponse,
  checkDpopReplay,
  checkDpopRequired,
  checkMtlsCert,
  type DPoPValidationResult,
  resolveRequestedResources,
  validateDpop,
} from 'oidc-provider/lib/helpers/grants.js'
import type { Context } from '../runtime.ts'

/** What a client has shown to hold in this request. */
export interface HeldKeys {
  readonly dPoP?: DPoPValidationResult
  /** Of a client whose tokens are to be bound to it (RFC 8705 §3.4). */
  readonly certificate?: X509Certificate | string
}

/** As the engine's own grants do: what the client's registration demands is there, and no proof comes twice. */
export async function proveKeys(context: Context): Promise<HeldKeys> {
  const ctx = context as TokenEndpointGrantContext
  const { client, provider } = ctx.oidc
  const dPoP = await validateDpop(provider, ctx)
  checkDpopRequired(provider, ctx, dPoP)
  const certificate = checkMtlsCert(provider, ctx)
  await checkDpopReplay(provider, ctx, dPoP, client.clientId)
  return { ...(dPoP === undefined ? {} : { dPoP }), ...(certificate === undefined ? {} : { certificate }) }
}

export function requestedResources(context: Context): Promise<readonly ResourceServerInstance[]> {
  const ctx = context as TokenEndpointGrantContext
  return resolveRequestedResources(ctx.oidc.provider, ctx)
}

/** Keeps the token and answers with it. */
export async function sendTokenResponse(
  context: Context,
  token: AccessToken,
  issuedTokenType: string | undefined,
): Promise<void> {
  const ctx = context as TokenEndpointGrantContext
  ctx.oidc.entity('AccessToken', token)
  const accessToken = await token.save()
  const { expiresIn, scope, tokenType } = token as AccessToken & { readonly expiresIn: number }
  const answer = { accessToken, expiresIn, scope, tokenType, ...(issuedTokenType === undefined ? {} : { issuedTokenType }) }
  ctx.body = buildTokenResponse(ctx.oidc.provider, answer)
}

export interface SentAssertion {
  readonly assertion: string
  readonly expiresIn: number
  readonly scope?: string
  readonly issuedTokenType: string
}

/** RFC 8693 §2.2.1: it stands in `access_token`, and is none. */
export function sendAssertion(context: Context, { assertion, ...answer }: SentAssertion): void {
  context.body = buildTokenResponse(context.oidc.provider, { ...answer, accessToken: assertion, tokenType: 'N_A' })
}
