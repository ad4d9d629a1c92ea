import type { FastifyRequest } from 'fastify'
import type { SignInVerdict } from './authenticate.ts'
import type { Texts } from './texts.ts'

export type FailedSignIn = Exclude<SignInVerdict, { readonly kind: 'accepted' }>

/** How a failed sign-in is told: one text for a wrong name and a wrong password. */
export interface SignInProblem {
  readonly status: number
  readonly text: string
  readonly headers: Readonly<Record<string, string>>
}

export function signInProblem(verdict: FailedSignIn, texts: Texts): SignInProblem {
  switch (verdict.kind) {
    case 'rejected':
      return { status: 400, text: texts.t('signIn.wrong'), headers: {} }
    case 'throttled': {
      const { retryAfterSeconds } = verdict
      const text = texts.t('signIn.throttled', { when: texts.relative(retryAfterSeconds) })
      return { status: 429, text, headers: { 'retry-after': String(retryAfterSeconds) } }
    }
    case 'unreachable':
      return { status: 503, text: texts.t('signIn.unreachable'), headers: { 'retry-after': String(UNREACHABLE_SECONDS) } }
    case 'overloaded':
      return { status: 503, text: texts.t('signIn.overloaded'), headers: { 'retry-after': String(OVERLOADED_SECONDS) } }
  }
}

const OVERLOADED_SECONDS = 5
const UNREACHABLE_SECONDS = 30

/** For whoever looks after the server; never with what was typed, since a password lands in the wrong field at times. */
export function logRefusedSignIn(request: FastifyRequest, { kind }: FailedSignIn): void {
  request.log.warn({ reason: kind, address: request.ip }, 'sign-in refused')
}
