import type { Configuration, Client as EngineClient } from 'oidc-provider'
import type { Realm } from '../../registration/index.ts'
import { type Context, parameter, runtimeOf, type Step } from '../runtime.ts'
import { factsAbout } from '../seam/seam.ts'
import { audience, named, recordOf, showPage } from './pages.ts'

/** OpenID Connect RP-Initiated Logout 1.0: always confirmed by the person, unless nobody is signed in (SEC-OR-06). */
export function rpInitiatedLogout(realm: Realm): NonNullable<NonNullable<Configuration['features']>['rpInitiatedLogout']> {
  return {
    enabled: realm.capabilities.features.rpInitiatedLogout,
    logoutSource(ctx, form) {
      const continueTo = parameter(ctx, 'post_logout_redirect_uri')
      const view = { ...audience(ctx), form, formId: 'op.logoutForm', ...(continueTo === undefined ? {} : { continueTo }) }
      showPage(ctx, runtimeOf(ctx).ports.pages.logoutConfirm(view))
    },
    async postLogoutSuccessSource(ctx) {
      showPage(ctx, runtimeOf(ctx).ports.pages.loggedOut({ ...audience(ctx), ...named(await recordOf(ctx, ctx.oidc.client)) }))
    },
  }
}

/**
 * OpenID Connect Front-Channel Logout 1.0 §2, which the engine leaves out: before the browser goes on, it shows a page whose
 * frames end the sessions at the clients. They are collected before the engine ends ours.
 */
export const logOutInFrames: Step = async function logOutInFrames(ctx, next) {
  const frames = runtimeOf(ctx).realm.capabilities.features.frontchannelLogout ? await logoutFrames(ctx) : []
  await next()
  const target = ctx.response.get('location')
  if (frames.length === 0 || ctx.status !== 303 || target === '') return
  ctx.remove('location')
  ctx.status = 200
  const isOurs = target.startsWith(ctx.oidc.urlFor('end_session_success'))
  const record = await recordOf(ctx, ctx.oidc.client)
  const view = { ...audience(ctx), ...named(record), frames, ...(isOurs ? {} : { continueTo: target }) }
  showPage(ctx, runtimeOf(ctx).ports.pages.loggedOut(view))
}

async function logoutFrames(ctx: Context): Promise<readonly string[]> {
  const { session, params, provider } = ctx.oidc
  const signedInAt = Object.keys(session?.authorizations ?? {})
  const leaving = signedInAt.filter((id) => params?.['logout'] !== undefined || id === session?.state?.['clientId'])
  const clients = await Promise.all(leaving.map((id) => provider.Client.find(id)))
  return clients.flatMap((client) => frameOf(ctx, client))
}

function frameOf(ctx: Context, client: EngineClient | undefined): readonly string[] {
  if (client === undefined) return []
  const { frontchannelLogoutUri, frontchannelLogoutSessionRequired } = factsAbout(client)
  if (frontchannelLogoutUri === undefined) return []
  const frame = new URL(frontchannelLogoutUri)
  const sid = ctx.oidc.session?.sidFor(client.clientId)
  if (frontchannelLogoutSessionRequired && sid !== undefined) {
    frame.searchParams.set('iss', ctx.oidc.issuer)
    frame.searchParams.set('sid', sid)
  }
  return [frame.href]
}
