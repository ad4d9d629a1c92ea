import type { NodeIdentity, RunningRealm } from '../contracts.ts'
import type { Nodes } from './nodes.ts'
import { timeOrderedId } from './time-ordered-id.ts'

export interface NodeReport {
  readonly nodes: Pick<Nodes, 'join' | 'beat' | 'leave'>
  readonly node: Omit<NodeIdentity, 'id'>
  /** As they are served at this moment. */
  readonly realms: () => readonly RunningRealm[]
  readonly log: (line: string) => void
  readonly heartbeatMilliseconds?: number
}

const heartbeatMillisecondsDefault = 5_000

/** Lets the other nodes know that this one is there, and which revisions it runs. One write at a time; nobody waits for it. */
export function reportNode({ nodes, log, heartbeatMilliseconds = heartbeatMillisecondsDefault, ...about }: NodeReport) {
  const node = { ...about.node, id: timeOrderedId() }
  let told = ''
  let writing: Promise<void> | undefined
  let again = false
  let failed = false
  let stopped = false

  const tell = async (): Promise<void> => {
    const realms = about.realms()
    const text = JSON.stringify(realms)
    if (text === told && (await nodes.beat(node.id))) return
    await nodes.join(node, realms)
    told = text
  }

  const run = async (): Promise<void> => {
    do {
      again = false
      try {
        await tell()
        failed = false
      } catch (error) {
        if (!failed) log(`other nodes cannot hear of this one at the moment: ${(error as Error).message}`)
        failed = true
      }
    } while (again)
    writing = undefined
  }

  const report = (): void => {
    if (stopped) return
    again = true
    writing ??= run()
  }
  const timer = setInterval(report, heartbeatMilliseconds)
  timer.unref()
  report()

  return {
    /** Something else is served than before. */
    changed: report,
    async stop(): Promise<void> {
      stopped = true
      clearInterval(timer)
      await writing
      await nodes.leave(node.id).catch((error: Error) => log(`this node could not say goodbye: ${error.message}`))
    },
  }
}
