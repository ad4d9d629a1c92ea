import type { LoadRequest } from '../load/load-job.ts'
import type { Target } from './target.ts'

/** One kind of request, the same for every server that can serve it. */
export interface Scenario {
  readonly name: string
  /** The limit that it is held against. */
  readonly limit: 'durable inserts' | 'ES256 signatures' | undefined
  /** Another scenario, of the same server, that this one is set in relation to. */
  readonly comparedWith?: Scenario
  /** Makes what the requests need; `undefined` where the server has no such thing. */
  readonly prepare: (target: Target) => Promise<readonly LoadRequest[] | undefined>
}
