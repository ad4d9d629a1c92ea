import type { JsonObject, PolicyContext } from '../../registration/index.ts'
import { type Call, type CallTable, createCallTable, type Outcome } from './call-table.ts'
import { keepSession } from './keep-session.ts'
import type { PolicyCode } from './policy-code.ts'
import { type LoadedFile, type PolicySession, startPolicySession } from './policy-session.ts'

/** Where an operator's policies judge: a thread that is kept running, with an end to the time and memory that it takes. */
export interface PolicyHost {
  readonly loaded: readonly LoadedFile[]
  /** Never throws and never waits without end. */
  judge(judgement: HostedJudgement): Promise<Outcome>
  stop(): Promise<void>
}

export interface HostedJudgement {
  readonly file: string
  readonly context: PolicyContext
  readonly options: JsonObject
}

export interface HostLimits {
  readonly timeLimitMilliseconds: number
  readonly memoryMegabytes: number
}

export interface HostLog {
  /** A policy or its thread failed; what it should have judged is refused. */
  readonly fault: (message: string) => void
  readonly printed: (line: string) => void
}

// So many at once wait for one thread; one more would only wait in vain.
const callsMax = 256

/** @throws PolicyStartFailure */
export async function startPolicyHost(code: PolicyCode, limits: HostLimits, log: HostLog): Promise<PolicyHost> {
  let isStopped = false
  let heardAt = 0
  let loaded: readonly LoadedFile[] = []
  const heard = (act: () => void): void => {
    heardAt = performance.now()
    act()
  }
  const calls: CallTable<HostedJudgement> = createCallTable({
    limitMilliseconds: limits.timeLimitMilliseconds,
    heardAt: () => heardAt,
    onOverdue: (call) => {
      const reason = whyOverdue(call, limits.timeLimitMilliseconds)
      calls.settle(call.id, { fault: reason })
      if (call.state !== 'waiting') kept.replace(`the thread of the policies is started again: ${reason}`)
    },
  })
  const send = ({ id, work }: Call<HostedJudgement>, session: PolicySession | undefined): void => {
    try {
      session?.send({ id, ...work })
      if (session !== undefined) calls.markSent(id)
    } catch (error) {
      calls.settle(id, { fault: `cannot be asked: ${String(error)}` })
    }
  }
  const kept = await keepSession({
    start: async (events) => {
      const session = await startPolicySession(code, limits.memoryMegabytes, {
        ...{ ended: events.ended, printed: log.printed },
        started: (id) => heard(() => calls.markStarted(id)),
        answered: (id, answer) => heard(() => calls.settle(id, answer)),
      })
      heard(() => {
        loaded = session.loaded
      })
      return session
    },
    onReady: (session) => {
      for (const call of calls.list()) send(call, session)
    },
    onLost: (reason) => loseCalls(calls, reason),
    reportFault: log.fault,
  })
  return {
    loaded,
    judge: async (judgement) => {
      if (isStopped) return { fault: 'the server is stopping, or has taken other policies in use' }
      if (calls.size >= callsMax) return { fault: `${callsMax} judgements wait already` }
      const { call, outcome } = calls.add(judgement)
      send(call, kept.current())
      return outcome
    },
    stop: async () => {
      isStopped = true
      for (const { id } of calls.list()) calls.settle(id, { fault: 'the server is stopping' })
      await kept.stop()
    },
  }
}

/** What the thread had begun with is lost; what only waited there is asked again, once. */
function loseCalls(calls: CallTable<HostedJudgement>, reason: string): void {
  for (const { id, state, isRetried } of calls.list()) {
    if (state === 'started' || (state === 'sent' && isRetried)) calls.settle(id, { fault: reason })
    else if (state === 'sent') calls.markUnsent(id)
  }
}

function whyOverdue({ work, state }: Call<HostedJudgement>, milliseconds: number): string {
  if (state === 'started') return `${work.file} judged for more than ${milliseconds} ms`
  if (state === 'sent') return `nothing was heard from it for ${milliseconds} ms`
  return 'it was not up in time'
}
