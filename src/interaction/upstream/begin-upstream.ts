import { randomBytes } from 'node:crypto'
import type { FastifyReply } from 'fastify'
import type { IdentityProvider } from '../../registration/index.ts'
import type { Interaction } from '../ports.ts'
import type { Room } from '../room.ts'
import { show, type Visit } from '../visit.ts'
import { type Attempt, newState } from './attempts.ts'
import { presentProblem } from './present-problem.ts'
import { UpstreamFailure } from './upstream-failure.ts'
import { onwardPage } from './upstream-pages.ts'

/** Where a sign-in at a provider begins. */
export interface Beginning {
  readonly provider: IdentityProvider
  /** By a form, after consent; or by itself, where nobody has to be asked. */
  readonly by: 'form' | 'itself'
}

/** MCP-CON-05: only now, after consent, is there a state; and it is worth something in this browser alone. */
export async function beginUpstream(
  room: Room,
  visit: Visit,
  interaction: Interaction,
  { provider, by }: Beginning,
): Promise<FastifyReply> {
  const { realm, reply } = visit
  const state = newState()
  const attempt = attemptOf(room, visit, interaction, { provider, state })
  try {
    const url = await room.upstream.relyingParty.authorizationUrl(realm, provider, attempt, {
      state,
      ...(interaction.loginHint === undefined ? {} : { loginHint: interaction.loginHint }),
      ...(interaction.uiLocales === undefined ? {} : { uiLocales: interaction.uiLocales }),
    })
    await room.upstream.attempts.begin(realm.name, state, attempt)
    return by === 'form'
      ? show(visit, onwardPage(visit, provider, url))
      : reply.header('cache-control', 'no-store').redirect(url.href, 303)
  } catch (error) {
    if (error instanceof UpstreamFailure) return presentProblem(room, visit, interaction, { provider, failure: error })
    throw error
  }
}

/** The browser that a state was made for: of its cookie, which leaves no other browser's hands. */
export function browserSubject(state: string): readonly string[] {
  return ['upstream', state]
}

function attemptOf(
  { antiForgery, ports }: Room,
  visit: Visit,
  { uid, client, request }: Interaction,
  { provider, state }: { readonly provider: IdentityProvider; readonly state: string },
): Attempt {
  const ages = [provider.maxAgeSeconds, request.maxAgeSeconds].filter((age) => age !== undefined)
  return {
    provider: provider.id,
    issuer: provider.issuer,
    uid,
    browser: antiForgery.tokenFor(visit, browserSubject(state)),
    nonce: randomBytes(32).toString('base64url'),
    codeVerifier: randomBytes(32).toString('base64url'),
    startedAt: ports.now(),
    asksAnew: request.asksAnew,
    ...(ages.length === 0 ? {} : { maxAgeSeconds: Math.min(...ages) }),
    ...(client.firstParty ? {} : { consentTo: request.digest }),
  }
}
