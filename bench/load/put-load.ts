import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { LoadJob, LoadResult } from './load-job.ts'

const program = fileURLToPath(new URL('./load-process.js', import.meta.url))

/** Runs a job in a process of its own, so that the sender's work is not counted as the server's. */
export async function putLoad(job: LoadJob): Promise<LoadResult> {
  const child = fork(program)
  child.send(job)
  const [result] = (await Promise.race([once(child, 'message'), failure(child)])) as [LoadResult]
  if (result.failed > result.answered / 100) {
    throw new Error(`${result.failed} requests failed, ${result.answered} were answered; first: ${result.firstFailure}`)
  }
  return result
}

async function failure(child: ReturnType<typeof fork>): Promise<never> {
  const [code] = await once(child, 'exit')
  throw new Error(`the load generator ended with ${code}`)
}
