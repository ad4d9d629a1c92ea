import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { createAntiForgery } from './anti-forgery.ts'
import { registerApprovalRoutes } from './approval-routes.ts'
import { createApprovalSessions } from './approval-session.ts'
import { registerAssetRoutes } from './asset-routes.ts'
import { createAuthenticate } from './authenticate.ts'
import { type BasicAttempt, checkBasic } from './basic-sign-in.ts'
import { registerClientLinkRoutes } from './client-link-routes.ts'
import { createEnginePages, type EnginePages, errorPage } from './engine-pages.ts'
import { createGate } from './gate.ts'
import { registerInteractionRoutes } from './interaction-routes.ts'
import { preferredLanguages } from './languages.ts'
import { createDirectories } from './ldap/create-directories.ts'
import type { InteractionOptions } from './options.ts'
import type { InteractionPorts } from './ports.ts'
import type { Page } from './render-page.ts'
import type { Room } from './room.ts'
import { stop } from './stop.ts'
import { textsFor } from './texts.ts'
import { createThrottle } from './throttle.ts'
import { createUpstream } from './upstream/create-upstream.ts'
import { registerUpstreamRoutes } from './upstream/upstream-routes.ts'
import { show, visitOf } from './visit.ts'

/** Everything that people see of the server, as routes and as pages for the engine's own endpoints. */
export interface InteractionRoom {
  /** For the public listener. Sees paths without the realm's prefix, on requests that are decorated with `realm`. */
  readonly plugin: FastifyPluginAsync
  readonly pages: EnginePages
  /** Where a sign-in by HTTP Basic is due at the authorization endpoint itself. */
  readonly basicSignIn: (attempt: EngineAttempt) => Promise<EngineVerdict>
}

/** `locales`: `ui_locales`, `Accept-Language` or both. */
type EngineAttempt = Omit<BasicAttempt, 'texts'> & { readonly locales: string }
type EngineVerdict = { readonly accountId: string } | { readonly page: Page; readonly reason?: string }

export function createInteraction(ports: InteractionPorts, options: InteractionOptions): InteractionRoom {
  const gate = createGate(options.passwordChecksMax, options.passwordQueueMax)
  const { derivedKey, now, warn } = ports
  const room: Room = {
    ports,
    authenticate: createAuthenticate({
      ...{ realms: ports.realms, users: ports.users, gate },
      ...{ throttle: createThrottle(options), askDirectories: createDirectories({ ...ports.upstream, now, warn }) },
    }),
    antiForgery: createAntiForgery(derivedKey),
    approvalSessions: createApprovalSessions({ derivedKey, now, lifetimeSeconds: options.approvalSessionSeconds }),
    upstream: createUpstream(ports),
  }
  return { plugin: pluginFor(room), pages: createEnginePages(now), basicSignIn: basicSignInFor(room) }
}

function basicSignInFor({ authenticate }: Room): InteractionRoom['basicSignIn'] {
  return async ({ locales, ...attempt }) => {
    const texts = textsFor(preferredLanguages(locales, undefined))
    const outcome = await checkBasic(authenticate, { ...attempt, texts })
    if ('user' in outcome) return { accountId: outcome.user.id }
    const { page, verdict } = outcome
    return verdict === undefined ? { page } : { page, reason: verdict.kind }
  }
}

function pluginFor(room: Room): FastifyPluginAsync {
  return async (app) => {
    acceptFormsOnly(app)
    app.setErrorHandler(answerError)
    registerInteractionRoutes(app, room)
    registerUpstreamRoutes(app, room)
    registerClientLinkRoutes(app, room)
    registerApprovalRoutes(app, room)
    registerAssetRoutes(app)
  }
}

const FORM_BYTES_MAX = 16 * 1024

function acceptFormsOnly(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  const how = { parseAs: 'string', bodyLimit: FORM_BYTES_MAX } as const
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    how,
    async (_request: FastifyRequest, body: string | Buffer) => new URLSearchParams(body.toString()),
  )
}

/** Too large, wrong type, malformed: the sender's doing. Everything else is ours, and only the log says more. */
function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const visit = visitOf(request, reply)
  const status = statusOf(error)
  if (status !== undefined) return stop(visit, 'badForm', { status })
  request.log.error({ err: error }, 'a page could not be made')
  const locales = request.headers['accept-language'] ?? ''
  return show(visit, errorPage({ realm: visit.realm, locales, error: 'server_error', requestId: request.id }))
}

function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('statusCode' in error) || typeof error.statusCode !== 'number') return undefined
  return error.statusCode >= 400 && error.statusCode < 500 ? error.statusCode : undefined
}
