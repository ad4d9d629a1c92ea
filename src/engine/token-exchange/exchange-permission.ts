import { errors } from 'oidc-provider'
import type { TokenExchangeSettings } from '../../registration/index.ts'
import type { AgentPermission } from './exchange-agent.ts'
import type { LiveToken } from './live-token.ts'

export interface Parties {
  /** Of the client that asks, and has authenticated. */
  readonly client_id: string
  readonly issuer: string
  readonly subject: LiveToken
  readonly actor?: LiveToken
  /** Of a client that is an agent: its privileges let it act. */
  readonly agent?: AgentPermission
}

type Claims = Readonly<Record<string, unknown>>

/** What the new token says of those who act: `act`, and whom else the subject lets act. */
export interface Delegation {
  readonly act?: Claims
  readonly may_act?: Claims
}

/** Whether this client may make a new token of these, and on whose behalf (RFC 8693 §1.1, §4.1, §4.4). */
export function permitExchange(parties: Parties, settings: TokenExchangeSettings): Delegation {
  const { client_id, subject, actor, agent } = parties
  if (agent?.isPresentedBy(subject) !== true) checkBearer('subject_token', client_id, subject, settings)
  if (actor !== undefined) checkBearer('actor_token', client_id, actor, settings)
  if (subject.depth >= settings.chainLengthMax) {
    throw new errors.InvalidRequest(`subject_token comes of ${subject.depth} exchanges already, and no more may follow`)
  }
  const acting = actingParty(parties, settings)
  if (acting !== undefined) checkMayAct(acting, parties, settings)
  const isTold = actor !== undefined || agent !== undefined || settings.withoutActorToken === 'client-acts'
  const hasActed = agent !== undefined && subject.act?.['sub'] === client_id
  const act = actAfter(subject.act, isTold && !hasActed ? acting : undefined)
  return { ...(act === undefined ? {} : { act }), ...(subject.mayAct === undefined ? {} : { may_act: subject.mayAct }) }
}

/** Nobody who has acted before is forgotten (RFC 8693 §4.1). */
function actAfter(earlier: Claims | undefined, acting: Acting | undefined): Claims | undefined {
  if (acting === undefined) return earlier
  const { iss, sub } = acting
  return { ...(iss === undefined ? {} : { iss }), sub, ...(earlier === undefined ? {} : { act: earlier }) }
}

function checkBearer(name: string, client_id: string, token: LiveToken, settings: TokenExchangeSettings): void {
  if (mayBring(client_id, token, settings)) return
  throw new errors.InvalidRequest(`${name} was neither issued to this client nor made for it`)
}

function mayBring(client_id: string, token: LiveToken, { rules }: TokenExchangeSettings): boolean {
  // Who may bring the word of somebody else stands where it is trusted, and was asked when it was read.
  if (token.foreign !== undefined || token.client_id === client_id || token.audience.includes(client_id)) return true
  return rules.some(
    ({ client, audiences, issuedTo }) =>
      client === client_id && (issuedTo.includes(token.client_id) || token.audience.some((one) => audiences.includes(one))),
  )
}

interface Acting {
  /** Absent: this realm. */
  readonly iss?: string
  readonly sub: string
  readonly client_id: string
}

/** Impersonation is acting as well, told or not. `undefined`: nobody acts, as where a client narrows a token of its own. */
function actingParty({ client_id, subject, actor, agent }: Parties, settings: TokenExchangeSettings): Acting | undefined {
  if (agent !== undefined) return actingAgent(client_id, actor)
  if (actor !== undefined) {
    // Whoever acts for somebody else would be told as if they were that somebody.
    if (actor.act !== undefined) throw new errors.InvalidRequest('actor_token was itself made for somebody who acts for another')
    return { sub: actor.sub, client_id: actor.client_id, ...(actor.accountId === undefined ? actor.foreign : {}) }
  }
  if (subject.client_id === client_id) return undefined
  if (settings.withoutActorToken === 'refuse') throw new errors.InvalidRequest('actor_token is missing')
  return { sub: client_id, client_id }
}

/** An agent is always told, and is never another: its privileges are its own. */
function actingAgent(client_id: string, actor: LiveToken | undefined): Acting {
  if (actor !== undefined && (actor.client_id !== client_id || actor.sub !== client_id || actor.act !== undefined)) {
    throw new errors.InvalidRequest('an agent acts itself: leave actor_token out, or send its own')
  }
  return { sub: client_id, client_id }
}

/**
 * RFC 8693 §4.4: the claims together name the party that may act. Where somebody has to be named, an administrator's privilege does
 * for an agent what the person's token does for others; with an `actor_token`, both have to.
 */
function checkMayAct(acting: Acting, { issuer, subject, actor, agent }: Parties, { requireMayAct }: TokenExchangeSettings): void {
  const { mayAct } = subject
  if (agent?.isOwn === true) return
  if (mayAct === undefined && (!requireMayAct || (agent !== undefined && actor === undefined))) return
  const about: Claims = { iss: acting.iss ?? issuer, sub: acting.sub, client_id: acting.client_id }
  const isNamed = mayAct !== undefined && ('sub' in mayAct || 'client_id' in mayAct)
  if (isNamed && Object.keys(about).every((name) => mayAct[name] === undefined || mayAct[name] === about[name])) return
  throw new errors.InvalidRequest('subject_token does not let this party act (may_act)')
}
