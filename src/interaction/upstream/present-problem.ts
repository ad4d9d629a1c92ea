import type { FastifyReply } from 'fastify'
import type { IdentityProvider } from '../../registration/index.ts'
import { interactionPath } from '../consent-page.ts'
import { interactionSubject } from '../interaction-subject.ts'
import type { Interaction } from '../ports.ts'
import { renderPage } from '../render-page.ts'
import type { Room } from '../room.ts'
import type { TextKey } from '../texts.ts'
import { show, type Visit } from '../visit.ts'
import type { UpstreamFailure, UpstreamProblem } from './upstream-failure.ts'

export interface Problem {
  readonly provider: Pick<IdentityProvider, 'id' | 'displayName'>
  readonly failure: UpstreamFailure
}

const problems = {
  denied: { status: 403, heading: 'upstream.denied', text: 'upstream.deniedText' },
  unreachable: { status: 502, heading: 'upstream.unreachable', text: 'upstream.unreachableText' },
  failed: { status: 502, heading: 'upstream.failed', text: 'upstream.failedText' },
  incomplete: { status: 403, heading: 'upstream.incomplete', text: 'upstream.incompleteText' },
  notStrongEnough: { status: 403, heading: 'upstream.notStrongEnough', text: 'upstream.notStrongEnoughText' },
  notAllowed: { status: 403, heading: 'upstream.notAllowed', text: 'upstream.notAllowedText' },
  gone: { status: 409, heading: 'upstream.gone', text: 'upstream.goneText' },
} as const satisfies Readonly<Record<UpstreamProblem, { status: number; heading: TextKey; text: TextKey }>>

/** The request is still open: the person tries again, or lets the application know that it will not be. */
export function presentProblem(room: Room, visit: Visit, interaction: Interaction, { provider, failure }: Problem): FastifyReply {
  const { realm, texts, request } = visit
  const { problem, message } = failure
  request.log.warn({ realm: realm.name, provider: provider.id, reason: problem, detail: message }, 'upstream sign-in refused')
  const { status, heading, text } = problems[problem]
  const path = interactionPath(visit, interaction)
  const { redirectUri } = interaction
  const frame = {
    ...{ realm, texts, title: texts.t(heading), status },
    addresses: { formTargets: redirectUri === undefined ? [] : [redirectUri] },
  }
  const view = {
    text: texts.rich(text, { provider: provider.displayName }),
    note: texts.t('upstream.nothing'),
    back: `${path}?ways=all`,
    denyAction: `${path}/deny`,
    token: room.antiForgery.tokenFor(visit, interactionSubject(interaction)),
  }
  return show(visit, renderPage('upstream-problem', frame, view))
}
