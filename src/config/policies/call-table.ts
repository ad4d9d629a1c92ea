/** The calls that have no answer yet, and how long each of them may wait for one. */
export interface CallTable<Work> {
  /** `outcome` resolves when somebody settles the call. */
  add(work: Work): { readonly call: Call<Work>; readonly outcome: Promise<Outcome> }
  readonly size: number
  list(): readonly Call<Work>[]
  markSent(id: number): void
  markStarted(id: number): void
  /** It was sent to somebody who is gone, and nobody had begun with it. */
  markUnsent(id: number): void
  settle(id: number, outcome: Outcome): void
}

export type Outcome = { readonly verdicts: unknown } | { readonly fault: string }

export interface Call<Work> {
  readonly id: number
  readonly work: Work
  readonly state: 'waiting' | 'sent' | 'started'
  readonly isRetried: boolean
}

interface PendingCall<Work> {
  readonly id: number
  readonly work: Work
  state: Call<Work>['state']
  isRetried: boolean
  since: number
  timer: NodeJS.Timeout | undefined
  readonly resolve: (outcome: Outcome) => void
}

export interface CallLimits<Work> {
  readonly limitMilliseconds: number
  /** When the other side has last said anything: a call that waits behind others waits with good reason. */
  readonly heardAt: () => number
  readonly onOverdue: (call: Call<Work>) => void
}

/** Until somebody who waits behind another is looked at anew. */
const behindMilliseconds = 20

/**
 * The time of a call runs from when the other side has begun with it; before that, from when the other side has last been heard,
 * so that many calls at once do not spoil each other's time and a thread that hangs is found all the same.
 */
export function createCallTable<Work>({ limitMilliseconds, heardAt, onOverdue }: CallLimits<Work>): CallTable<Work> {
  const calls = new Map<number, PendingCall<Work>>()
  let lastId = 0
  const look = (call: PendingCall<Work>): void => {
    if (!calls.has(call.id)) return
    const since = call.state === 'sent' ? Math.max(call.since, heardAt()) : call.since
    const left = since + limitMilliseconds - performance.now()
    // Whoever is being judged is overdue first, and those who only wait behind are then asked again.
    const isBehind = call.state === 'sent' && [...calls.values()].some(({ state }) => state === 'started')
    if (left > 0 || isBehind) watch(call, Math.max(left, behindMilliseconds))
    else onOverdue(call)
  }
  // An answer that has arrived is read before the immediate: that this thread was busy is no fault of the call.
  const watch = (call: PendingCall<Work>, milliseconds: number): void => {
    call.timer = setTimeout(() => setImmediate(look, call), milliseconds)
  }
  const move = (id: number, state: Call<Work>['state']): void => {
    const call = calls.get(id)
    if (call === undefined) return
    if (state === 'waiting') call.isRetried = true
    call.state = state
    call.since = performance.now()
  }
  return {
    add: (work) => {
      lastId += 1
      const { outcome, resolve } = deferred()
      const call: PendingCall<Work> = {
        ...{ id: lastId, work, state: 'waiting', isRetried: false, since: performance.now(), resolve, timer: undefined },
      }
      calls.set(call.id, call)
      watch(call, limitMilliseconds)
      return { call, outcome }
    },
    get size() {
      return calls.size
    },
    list: () => [...calls.values()],
    markSent: (id) => move(id, 'sent'),
    markStarted: (id) => move(id, 'started'),
    markUnsent: (id) => move(id, 'waiting'),
    settle: (id, outcome) => {
      const call = calls.get(id)
      if (call === undefined) return
      clearTimeout(call.timer)
      calls.delete(id)
      call.resolve(outcome)
    },
  }
}

function deferred(): { readonly outcome: Promise<Outcome>; readonly resolve: (outcome: Outcome) => void } {
  let settle: (outcome: Outcome) => void = () => undefined
  const outcome = new Promise<Outcome>((resolve) => {
    settle = resolve
  })
  return { outcome, resolve: (settled) => settle(settled) }
}
