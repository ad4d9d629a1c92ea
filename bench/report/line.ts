import type { LoadMeasurement } from '../load/measure-load.ts'

/** A line of the table: one server doing one thing, or one figure. */
export interface Line {
  readonly group: string
  readonly what: string
  readonly load?: LoadMeasurement
  /** A figure that is no rate of requests, with its unit. */
  readonly figure?: { readonly value: number; readonly unit: string }
  /** Ratios to a limit and to a peer, both measured in this run. */
  readonly ofLimit?: number
  readonly ofPeer?: number
  /** How many times the CPU time, and the rate, of the scenario that it is compared with. */
  readonly compared?: { readonly with: string; readonly cost: number; readonly rate: number }
  /** Why there is no figure. */
  readonly notRun?: string
}
