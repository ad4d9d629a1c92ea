/** Lets so many tasks run at a time and so many wait; whoever comes then is told at once. */
export interface Gate {
  /** @throws Overloaded */
  run<T>(task: () => Promise<T>): Promise<T>
}

export class Overloaded extends Error {
  override readonly name = 'Overloaded'
}

export function createGate(runningMax: number, waitingMax: number): Gate {
  const waiting: (() => void)[] = []
  let running = 0

  async function enter(): Promise<void> {
    if (running < runningMax) {
      running += 1
      return
    }
    if (waiting.length >= waitingMax) throw new Overloaded()
    // Whoever leaves hands the place over, so that a newcomer cannot slip in between.
    await new Promise<void>((resolve) => waiting.push(resolve))
  }

  function leave(): void {
    const next = waiting.shift()
    if (next === undefined) running -= 1
    else next()
  }

  return {
    async run(task) {
      await enter()
      try {
        return await task()
      } finally {
        leave()
      }
    },
  }
}
