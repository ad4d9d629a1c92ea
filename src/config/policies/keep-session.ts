import type { PolicySession, SessionEvents } from './policy-session.ts'

export interface KeptSession {
  /** Absent while it is being started again. */
  current(): PolicySession | undefined
  /** It is not to be used any more, or gone already; another one is started. */
  replace(reason: string): void
  stop(): Promise<void>
}

export interface SessionParts {
  readonly start: (events: Pick<SessionEvents, 'ended'>) => Promise<PolicySession>
  readonly onReady: (session: PolicySession) => void
  readonly onLost: (reason: string) => void
  readonly reportFault: (message: string) => void
}

const backOffMilliseconds = { first: 100, max: 10_000 }
// A thread that has lived so long did not die of the same trouble as the one before.
const steadyMilliseconds = 60_000

/** A thread that is started again whenever it ends, ever more slowly if that goes on. @throws PolicyStartFailure the first time */
export async function keepSession({ start, onReady, onLost, reportFault }: SessionParts): Promise<KeptSession> {
  let session: PolicySession | undefined
  let isStopped = false
  let failures = 0
  let startedAt = 0
  let timer: NodeJS.Timeout | undefined

  const startOnce = async (): Promise<void> => {
    const started = await start({ ended: (reason) => replace(`the thread of the policies ended: ${reason}`) })
    if (isStopped) return started.end()
    session = started
    startedAt = performance.now()
    onReady(started)
  }
  const startAgain = (): void => {
    failures = performance.now() - startedAt > steadyMilliseconds ? 1 : failures + 1
    timer = setTimeout(() => {
      startOnce().catch((error: unknown) => {
        reportFault(`the thread of the policies could not be started again: ${String(error)}`)
        if (!isStopped) startAgain()
      })
    }, waitBefore(failures))
  }
  const replace = (reason: string): void => {
    const ended = session
    session = undefined
    if (isStopped) return
    reportFault(reason)
    onLost(reason)
    startAgain()
    void ended?.end()
  }

  await startOnce()
  return {
    current: () => session,
    replace,
    stop: async () => {
      isStopped = true
      clearTimeout(timer)
      await session?.end()
    },
  }
}

/** The first time at once: it may well have been a single bad request. */
function waitBefore(failures: number): number {
  const { first, max } = backOffMilliseconds
  return failures === 1 ? 0 : Math.min(max, first * 2 ** (failures - 2))
}
