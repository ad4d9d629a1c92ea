import { cpuSecondsOf } from '../process/process-usage.ts'
import type { LoadJob } from './load-job.ts'
import type { LoadEffort, MeasuredServer } from './measure-load.ts'
import { putLoad } from './put-load.ts'

export interface Comparison {
  /** CPU time of the server for one of the first requests, in times of one of the second. */
  readonly cost: number
  /** The second's rate, in times of the first's. */
  readonly rate: number
}

const sliceSeconds = 1

/**
 * Both in turn, in short slices: a machine that is slower or faster for a while, and a server that grows while it is measured,
 * touch both alike. The code that each request takes should have run before.
 */
export async function compareLoads(
  server: MeasuredServer,
  [first, second]: readonly [LoadJob['requests'], LoadJob['requests']],
  { connections, countMax, secondsMax }: Pick<LoadEffort, 'connections' | 'countMax' | 'secondsMax'>,
): Promise<Comparison> {
  const totals = [first, second].map((requests) => ({ requests, answered: 0, seconds: 0, cpuSeconds: 0 }))
  for (let slice = 0; slice < secondsMax * 2; slice += 1) {
    for (const total of totals) {
      const before = cpuSecondsOf(server.pid)
      const { requests } = total
      const load = await putLoad({ origin: server.origin, requests, connections, countMax, secondsMax: sliceSeconds })
      total.cpuSeconds += cpuSecondsOf(server.pid) - before
      total.answered += load.answered
      total.seconds += load.seconds
    }
  }
  const [cpu = 0, otherCpu = 1] = totals.map(({ cpuSeconds, answered }) => cpuSeconds / answered)
  const [rate = 1, otherRate = 0] = totals.map(({ seconds, answered }) => answered / seconds)
  return { cost: cpu / otherCpu, rate: otherRate / rate }
}
