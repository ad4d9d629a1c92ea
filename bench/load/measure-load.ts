import { cpuSecondsOf } from '../process/process-usage.ts'
import type { LoadJob, LoadResult } from './load-job.ts'
import { putLoad } from './put-load.ts'

export interface MeasuredServer {
  readonly origin: string
  readonly pid: number
  /** Round trips to its database so far, where the server tells. */
  readonly databaseRoundTrips?: () => Promise<number | undefined>
}

export interface LoadEffort {
  readonly connections: number
  readonly countMax: number
  readonly secondsMax: number
  /** Until the code that is measured has been compiled: the larger the server, the longer that takes. */
  readonly warmUpSeconds: number
}

export interface LoadMeasurement {
  readonly full: LoadResult
  readonly half: LoadResult
  readonly cpuMicrosecondsPerRequest: number
  readonly roundTripsPerRequest: number | undefined
}

/** First as fast as it goes, then at half of that, where waiting in line no longer hides how long an answer takes. */
export async function measureLoad(
  server: MeasuredServer,
  requests: LoadJob['requests'],
  effort: LoadEffort,
): Promise<LoadMeasurement> {
  const job = { origin: server.origin, requests, ...effort }
  await putLoad({ ...job, secondsMax: effort.warmUpSeconds })
  const before = await usageOf(server)
  const full = await putLoad(job)
  const after = await usageOf(server)
  const half = await putLoad({ ...job, perSecond: full.perSecond / 2 })
  return {
    full,
    half,
    cpuMicrosecondsPerRequest: ((after.cpuSeconds - before.cpuSeconds) / full.answered) * 1e6,
    roundTripsPerRequest: perRequest(before.roundTrips, after.roundTrips, full.answered),
  }
}

async function usageOf(server: MeasuredServer) {
  return { roundTrips: await server.databaseRoundTrips?.(), cpuSeconds: cpuSecondsOf(server.pid) }
}

function perRequest(before: number | undefined, after: number | undefined, requests: number): number | undefined {
  return before === undefined || after === undefined ? undefined : (after - before) / requests
}
