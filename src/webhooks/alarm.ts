/** Waits for something to happen, or for the time to pass; what happens while nobody waits is not forgotten. */
export interface Alarm {
  ring(): void
  wait(milliseconds: number): Promise<void>
}

export function createAlarm(): Alarm {
  let hasRung = false
  let wake = (): void => undefined
  return {
    ring() {
      hasRung = true
      wake()
    },
    async wait(milliseconds) {
      if (!hasRung) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, milliseconds)
          wake = () => {
            clearTimeout(timer)
            resolve()
          }
        })
      }
      hasRung = false
    },
  }
}
