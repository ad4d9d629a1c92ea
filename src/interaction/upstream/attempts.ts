import { createHash, randomBytes } from 'node:crypto'
import type { EpochSeconds } from '../../registration/index.ts'
import type { AttemptStore, UpstreamPorts } from './ports.ts'

/** A sign-in that is under way at a provider: for whom it was begun, and what the answer has to fit. */
export interface Attempt {
  readonly provider: string
  readonly issuer: string
  /** Of the interaction that it was begun in. */
  readonly uid: string
  /** What only the browser has that it was begun in. */
  readonly browser: string
  readonly nonce: string
  readonly codeVerifier: string
  readonly startedAt: EpochSeconds
  /** What the person agreed to: the digest of the request. Absent: nobody had to be asked. */
  readonly consentTo?: string
  readonly maxAgeSeconds?: number
  readonly asksAnew: boolean
}

export interface Attempts {
  /** Stored after consent, and never before (MCP-CON-05). */
  begin(realm: string, state: string, attempt: Attempt): Promise<void>
  /** Without using it up. */
  find(realm: string, state: string): Promise<Attempt | undefined>
  /** Once: of two answers with one state, one is too late. */
  spend(realm: string, state: string): Promise<boolean>
}

/** MCP-CON-05: at most ten minutes. */
const LIFETIME_SECONDS = 600
const MODEL = 'UpstreamSignIn'

export function createAttempts(
  { attempts, vault }: Pick<UpstreamPorts, 'attempts' | 'vault'>,
  now: () => EpochSeconds,
): Attempts {
  return {
    async begin(realm, state, attempt) {
      const payload = { sealed: vault.seal(JSON.stringify(attempt)) }
      await attempts.insertOnce({ ...keyOf(realm, state), payload, expiresAt: now() + LIFETIME_SECONDS })
    },
    async find(realm, state) {
      const found = await attempts.find(keyOf(realm, state))
      if (found === undefined || found.consumedAt !== undefined) return undefined
      return JSON.parse(vault.open(String(found.payload['sealed']))) as Attempt
    },
    spend: (realm, state) => attempts.consume(keyOf(realm, state), now()),
  }
}

export function newState(): string {
  return randomBytes(32).toString('base64url')
}

/** Whoever reads the database cannot answer in a provider's name. */
function keyOf(realm: string, state: string): Parameters<AttemptStore['find']>[0] {
  return { realm, model: MODEL, id: createHash('sha256').update(state).digest('base64url') }
}
