import type { Client as EngineClient } from 'oidc-provider'
import { type Context, parameter, runtimeOf, type Step } from '../runtime.ts'
import { factsAbout } from '../seam/seam.ts'

/**
 * Whether a redirect to the client may happen without anybody having asked for it: errors, `prompt=none`, a denied consent
 * (RFC 9700 §4.11.2). Somebody in charge let the client in, or the person at the browser knows it. The one place that decides.
 */
async function mayRedirectUnasked(ctx: Context, client: EngineClient): Promise<boolean> {
  const { selfRegistered, firstParty, client_id, faceDigest } = factsAbout(client)
  if (firstParty || !selfRegistered || runtimeOf(ctx).realm.errorsOfUnprovenClients === 'redirect') return true
  const accountId = ctx.oidc.session?.accountId
  if (accountId === undefined) return false
  const { ports, realm } = runtimeOf(ctx)
  return (await ports.consents.find(realm.name, accountId, client_id))?.faceDigest === faceDigest
}

/** An error of an unproven client is told to the person, who may carry it on; it is not sent along by a redirect. */
export const holdBackErrors: Step = async function holdBackErrors(ctx, next) {
  try {
    await next()
  } catch (error) {
    // Before there are parameters (no interaction, no session) there is nobody to redirect to, whatever the query says.
    if (ctx.oidc.params === undefined) Object.assign(ctx.oidc, { params: {} })
    if (isRedirectable(error)) {
      const client = await clientOf(ctx)
      if (client !== undefined && !(await mayRedirectUnasked(ctx, client))) {
        error.allow_redirect = false
        ctx.state['continueTo'] = errorTarget(ctx, client, error)
      }
    }
    throw error
  }
}

interface RedirectableError {
  allow_redirect: boolean
  readonly error: string
}

function isRedirectable(error: unknown): error is RedirectableError {
  return error instanceof Error && 'allow_redirect' in error && error.allow_redirect === true
}

async function clientOf(ctx: Context): Promise<EngineClient | undefined> {
  const client_id = parameter(ctx, 'client_id')
  if (ctx.oidc.client !== undefined || client_id === undefined) return ctx.oidc.client
  return ctx.oidc.provider.Client.find(client_id)
}

function errorTarget(ctx: Context, client: EngineClient, { error }: RedirectableError): string | undefined {
  const redirectUri = parameter(ctx, 'redirect_uri')
  const mode = parameter(ctx, 'response_mode') ?? (parameter(ctx, 'response_type')?.includes('token') ? 'fragment' : 'query')
  if (redirectUri === undefined || !client.redirectUriAllowed(redirectUri)) return undefined
  const answer = { error, state: parameter(ctx, 'state'), iss: ctx.oidc.issuer }
  const members = Object.entries(answer).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, value]],
  )
  const target = new URL(redirectUri)
  if (mode === 'fragment') target.hash = new URLSearchParams(members).toString()
  else if (mode === 'query') for (const [name, value] of members) target.searchParams.set(name, value)
  else return undefined
  return target.href
}

/**
 * Only a claimed `https` address is proof that the answer reaches the client it is meant for. Anybody on the machine can listen
 * on a loopback port or claim a private scheme, so there a person is asked every time (RFC 8252 §8.6, MCP-CON-07).
 */
export function isProvable(redirectUri: string | undefined): boolean {
  const url = redirectUri === undefined ? null : URL.parse(redirectUri)
  return url !== null && url.protocol === 'https:' && !['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)
}
