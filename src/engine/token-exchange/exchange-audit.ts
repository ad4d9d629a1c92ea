import type { AccessToken } from 'oidc-provider'
import type { AuditEvent, JsonObject } from '../../registration/index.ts'
import type { EnginePorts } from '../ports.ts'
import { type Context, factsOf, runtimeOf } from '../runtime.ts'
import { factsAbout } from '../seam/seam.ts'
import type { Acting } from './exchange-agent.ts'
import type { Target } from './exchange-target.ts'
import type { LiveToken } from './live-token.ts'

/** What came of an exchange. */
export interface IssuedExchange {
  readonly subject: LiveToken
  readonly delegation: { readonly act?: Readonly<Record<string, unknown>> }
  readonly acting: Acting
  readonly target: Target
  readonly token: AccessToken
  readonly exp: number
}

/** Who acts for whom, where and with what; the token itself is known by its `jti`, unless that is its value. */
export function exchangeEvent(ctx: Context, issued: IssuedExchange, about: EventKind = { type: 'token.exchanged' }): AuditEvent {
  const { subject, delegation, acting, target, token, exp } = issued
  const { agent, destination } = acting
  const isJwt = target.resourceServer?.accessTokenFormat === 'jwt'
  return eventAbout(ctx, about.type, {
    ...about.details,
    subject: subjectOf(subject),
    ...(delegation.act === undefined ? {} : { act: delegation.act as JsonObject }),
    ...(agent === undefined ? {} : { agent: agent.id, privileges: agent.privileges }),
    ...(destination.application === undefined ? {} : { application: destination.application }),
    ...(destination.resource === undefined ? {} : { resource: destination.resource }),
    ...(subject.foreign === undefined ? { issuedTo: subject.client_id } : { issuer: subject.foreign.iss }),
    scopes: target.scopes,
    expiresAt: exp,
    ...(isJwt ? { jti: token.jti } : {}),
  })
}

/** What sort of event, and what else there is to say. */
export interface EventKind {
  readonly type: string
  readonly details?: JsonObject
}

function subjectOf({ accountId, sub, foreign }: LiveToken): JsonObject {
  if (foreign !== undefined) return { ...(accountId === undefined ? {} : { user: accountId }), ...foreign }
  return accountId === undefined ? { client_id: sub } : { user: accountId }
}

const refusedAgainAfterSeconds = 60
const rememberedMax = 1000

interface Refused {
  until: number
  /** Since it was recorded. */
  count: number
}

const refusedAt = new WeakMap<object, Map<string, Refused>>()

/**
 * Of a client that has authenticated. One that asks again and again gets one line a minute for each reason, with the number of those
 * that went by: the audit trail is not theirs to fill.
 */
export function recordRefusal(ctx: Context, refused: RefusedExchange, type = 'token.exchange-refused'): void {
  const { error, error_description: reason } = refused
  const { ports, realm } = runtimeOf(ctx)
  const { client } = ctx.oidc
  const unrecorded = countUnrecorded(ports, JSON.stringify([realm.name, client?.clientId, type, error]))
  if (unrecorded === undefined) return
  const agent = client === undefined ? undefined : factsAbout(client).agent
  const audience = [ctx.oidc.params?.['audience'], ctx.oidc.params?.['resource']].flat().filter((value) => value !== undefined)
  const event = eventAbout(ctx, type, {
    error,
    ...(reason === undefined ? {} : { reason }),
    ...(agent === undefined ? {} : { agent }),
    ...(audience.length === 0 ? {} : { audience: audience.slice(0, 2).map((value) => String(value).slice(0, 255)) }),
    ...(unrecorded === 0 ? {} : { unrecorded }),
  })
  ports.recordEvent(event).catch((fault: unknown) => ports.log?.('event_not_recorded', { realm: realm.name, err: fault }))
}

interface RefusedExchange {
  readonly error: string
  readonly error_description?: string | undefined
}

/** How many went by since the last one was recorded; `undefined`: it is too early for another. */
function countUnrecorded(ports: EnginePorts, key: string): number | undefined {
  const refused = refusedAt.get(ports) ?? new Map<string, Refused>()
  refusedAt.set(ports, refused)
  const known = refused.get(key)
  const now = ports.now()
  if (known !== undefined && known.until > now) {
    known.count += 1
    return undefined
  }
  refused.delete(key)
  refused.set(key, { until: now + refusedAgainAfterSeconds, count: 0 })
  const [oldest] = refused.keys()
  if (refused.size > rememberedMax && oldest !== undefined) refused.delete(oldest)
  return known?.count ?? 0
}

export function eventAbout(ctx: Context, type: string, details: JsonObject): AuditEvent {
  const { ports, realm } = runtimeOf(ctx)
  const { requestId, address } = factsOf(ctx.req)
  const client_id = ctx.oidc.client?.clientId ?? ''
  return {
    ...{ realm: realm.name, type, at: ports.now(), actor: `client:${client_id}`, client_id },
    ...(requestId === undefined ? {} : { requestId }),
    ...(address === undefined ? {} : { address }),
    details,
  }
}
