import { Pool } from 'undici'
import type { LoadJob, LoadRequest, LoadResult } from './load-job.ts'
import { percentile } from './percentile.ts'

/** Sends until the count or the time is used up. */
export async function generateLoad(job: LoadJob): Promise<LoadResult> {
  if (new URL(job.origin).hostname !== '127.0.0.1') throw new Error(`${job.origin} is not on this machine`)
  const run = new Run(job)
  await (job.perSecond === undefined ? run.closedLoop() : run.openLoop(job.perSecond))
  return run.result()
}

class Run {
  readonly #job: LoadJob
  readonly #pool: Pool
  readonly #started = performance.now()
  readonly #deadline: number
  readonly #milliseconds: number[] = []
  #lastAnswer = 0
  #sent = 0
  #failed = 0
  #firstFailure: string | undefined

  constructor(job: LoadJob) {
    this.#job = job
    this.#pool = new Pool(job.origin, { connections: job.connections, pipelining: 1 })
    this.#deadline = this.#started + job.secondsMax * 1000
  }

  /** Each connection sends its next request when it has its answer. */
  async closedLoop(): Promise<void> {
    const connection = async () => {
      while (this.#mayGoOn()) await this.#send(performance.now())
    }
    await Promise.all(Array.from({ length: this.#job.connections }, connection))
    await this.#pool.close()
  }

  /** A request is due when it is due, whether or not earlier ones were answered: waiting in line counts as waiting. */
  async openLoop(perSecond: number): Promise<void> {
    const inFlight = new Set<Promise<void>>()
    while (this.#mayGoOn()) {
      const now = performance.now()
      while (this.#mayGoOn() && this.#started + (this.#sent / perSecond) * 1000 <= now) {
        const due = this.#started + (this.#sent / perSecond) * 1000
        // A timer of one millisecond is late by itself; that is not the server's doing.
        const sending = this.#send(now - due < 2 ? now : due).finally(() => inFlight.delete(sending))
        inFlight.add(sending)
      }
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
    await Promise.all(inFlight)
    await this.#pool.close()
  }

  result(): LoadResult {
    const sorted = this.#milliseconds.sort((a, b) => a - b)
    const seconds = (this.#lastAnswer - this.#started) / 1000
    return {
      answered: sorted.length,
      seconds,
      perSecond: seconds > 0 ? sorted.length / seconds : 0,
      p50Milliseconds: percentile(sorted, 0.5),
      p99Milliseconds: percentile(sorted, 0.99),
      failed: this.#failed,
      ...(this.#firstFailure === undefined ? {} : { firstFailure: this.#firstFailure }),
    }
  }

  #mayGoOn(): boolean {
    return this.#sent < this.#job.countMax && performance.now() < this.#deadline
  }

  async #send(since: number): Promise<void> {
    const request = this.#job.requests[this.#sent % this.#job.requests.length] as LoadRequest
    this.#sent += 1
    try {
      const { statusCode, body } = await this.#pool.request({
        method: request.method,
        path: request.path,
        headers: request.headers,
        body: request.body ?? null,
      })
      const text = await body.text()
      this.#record(since, statusCode === request.status ? undefined : `${statusCode} ${text.slice(0, 300)}`)
    } catch (error) {
      this.#record(since, String(error))
    }
  }

  #record(since: number, failure: string | undefined): void {
    if (failure !== undefined) {
      this.#failed += 1
      this.#firstFailure ??= failure
      return
    }
    this.#lastAnswer = performance.now()
    this.#milliseconds.push(this.#lastAnswer - since)
  }
}
