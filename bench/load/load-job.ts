/** What the load generator is to send; handed over as JSON, since it is a process of its own. */
export interface LoadJob {
  /** `http://127.0.0.1:PORT`, and nothing beyond this machine. */
  readonly origin: string
  /** Sent in turn. */
  readonly requests: readonly LoadRequest[]
  readonly connections: number
  readonly countMax: number
  readonly secondsMax: number
  /** Absent: as fast as the connections allow. Otherwise a steady rate, whatever the answers do. */
  readonly perSecond?: number
}

export interface LoadRequest {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  readonly status: number
}

export interface LoadResult {
  readonly answered: number
  readonly seconds: number
  readonly perSecond: number
  readonly p50Milliseconds: number
  readonly p99Milliseconds: number
  readonly failed: number
  /** The first answer that was not the expected one. */
  readonly firstFailure?: string
}
