import { setTimeout as delay } from 'node:timers/promises'
import { inUse } from './claim-cluster.ts'
import type { EmbeddedConnection } from './connection.ts'
import { type OwnerClaim, tryClaim } from './owner-claim.ts'
import type { PostmasterOptions } from './spawn-postmaster.ts'
import { type Postmaster, spawnPostmaster } from './spawn-postmaster.ts'

interface Supervision extends PostmasterOptions {
  readonly connection: EmbeddedConnection
}

interface Running {
  readonly postmaster: Postmaster
  readonly claim: OwnerClaim
}

const restartMillisecondsMax = 5_000

/** Starts the server, claims it for this process, and starts it again should it ever end by itself. */
export async function supervise(options: Supervision): Promise<{ stop(): Promise<void> }> {
  let running: Running | undefined = await launch(options)
  let stopping = false
  // A process that ends without stop() takes the server along; the shutdown itself needs us no more.
  const endWithUs = () => running?.postmaster.end()
  process.once('exit', endWithUs)

  const watching = (async () => {
    while (running !== undefined && !stopping) {
      const how: string = await running.postmaster.ended
      await running.claim.release()
      running = stopping ? undefined : await relaunch(options, how, () => stopping)
    }
  })()

  return {
    async stop() {
      stopping = true
      running?.postmaster.end()
      await watching
      process.off('exit', endWithUs)
    },
  }
}

async function launch(options: Supervision): Promise<Running> {
  const postmaster = await spawnPostmaster(options)
  const claim = await tryClaim(options.connection)
  if (claim !== undefined) return { postmaster, claim }
  postmaster.end()
  await postmaster.ended
  throw inUse(options.cluster)
}

async function relaunch(options: Supervision, how: string, isStopping: () => boolean): Promise<Running | undefined> {
  options.log(`PostgreSQL ended by itself (${how}); starting it again`)
  for (let wait = 100; !isStopping(); wait = Math.min(2 * wait, restartMillisecondsMax)) {
    try {
      return await launch(options)
    } catch (error) {
      options.log(error instanceof Error ? error.message : String(error))
    }
    await delay(wait)
  }
  return undefined
}
