import type { Target } from '../scenarios/target.ts'

export interface RunningPeer extends Target {
  readonly startedAt: number
  stop(): Promise<void>
}
