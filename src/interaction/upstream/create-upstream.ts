import type { InteractionPorts } from '../ports.ts'
import { type Attempts, createAttempts } from './attempts.ts'
import { createRelyingParty, type RelyingParty } from './relying-party.ts'

/** Sign-in at identity providers. */
export interface Upstream {
  readonly attempts: Attempts
  readonly relyingParty: RelyingParty
}

export function createUpstream({ upstream, now }: InteractionPorts): Upstream {
  return { attempts: createAttempts(upstream, now), relyingParty: createRelyingParty(upstream) }
}
