import type { FastifyReply } from 'fastify'
import { type Page, renderPage } from './render-page.ts'
import type { TextKey } from './texts.ts'
import { show, type Visit } from './visit.ts'

/** Why a request goes no further, told as a page. */
export type StopReason = keyof typeof reasons

const reasons = {
  // Foreign, finished and expired look alike (SEC-CON-03).
  expired: { status: 404, heading: 'stop.expired', text: 'stop.expiredText' },
  forged: { status: 403, heading: 'stop.forged', text: 'stop.forgedText' },
  badForm: { status: 400, heading: 'stop.badForm', text: 'stop.badFormText' },
  notFound: { status: 404, heading: 'stop.notFound', text: 'stop.notFoundText' },
  credentials: { status: 401, heading: 'stop.credentials', text: 'stop.credentialsText' },
  passwords: { status: 403, heading: 'stop.forged', text: 'upstream.noPasswords' },
  throttled: { status: 429, heading: 'stop.throttled', text: 'signIn.throttled' },
  unreachable: { status: 503, heading: 'stop.unreachable', text: 'signIn.unreachable' },
  overloaded: { status: 503, heading: 'stop.overloaded', text: 'signIn.overloaded' },
} as const satisfies Record<string, { status: number; heading: TextKey; text: TextKey }>

export interface StopDetails {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  /** Instead of the usual one. */
  readonly text?: string
}

export function stop(visit: Visit, reason: StopReason, details: StopDetails = {}): FastifyReply {
  return show(visit, stopPage(visit, reason, details))
}

export function stopPage({ realm, texts }: Pick<Visit, 'realm' | 'texts'>, reason: StopReason, details: StopDetails): Page {
  const { status, headers = {}, text } = details
  const { heading, text: usualText, status: usualStatus } = reasons[reason]
  const title = texts.t(heading)
  const frame = { realm, texts, title, status: status ?? usualStatus, headers }
  return renderPage('notice', frame, { heading: title, paragraphs: [text ?? texts.t(usualText)], technical: [] })
}
