import type { ClientMetadata } from './client.ts'
import type { EpochSeconds } from './epoch-seconds.ts'
import type { Amendment } from './metadata/amendment.ts'
import type { Violation } from './refusal.ts'

/** The steps of admission, in their order; `policy` occurs once for each policy that judged. */
export type StepName = 'format' | 'read' | 'statement' | 'signature' | 'complete' | 'policy' | 'consistency' | 'engine' | 'limits'

/** A line of the decision record: what a step did, and why. */
export interface DecisionStep {
  readonly step: StepName
  /** The id of the policy instance. */
  readonly policy?: string
  readonly outcome: 'passed' | 'amended' | 'held' | 'refused'
  readonly amendments: readonly Amendment[]
  readonly violations: readonly Violation[]
  /** What else there is to tell, in sentences: why it holds, what it limits. */
  readonly remarks: readonly string[]
}

/** What would become of a request. */
export interface Preview {
  readonly outcome: 'registered' | 'held' | 'refused'
  readonly steps: readonly DecisionStep[]
  /** As it would be registered; absent when refused. */
  readonly metadata?: ClientMetadata
  readonly expiresAt?: EpochSeconds
  readonly violations: readonly Violation[]
}

/** One kept registration under a changed chain. */
export interface ReplayedAttempt {
  readonly id: string
  readonly at: EpochSeconds
  readonly before: { readonly outcome: Preview['outcome']; readonly violations: readonly Violation[] }
  readonly after: Preview
  readonly differs: boolean
}

export interface Replay {
  readonly attempts: readonly ReplayedAttempt[]
  readonly differing: number
}
