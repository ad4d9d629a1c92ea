import type { LoadEffort } from './load/measure-load.ts'

/** How much is measured. Every loop ends by count or by time, whichever comes first. */
export interface Effort {
  readonly name: 'quick' | 'whole'
  readonly load: LoadEffort
  readonly limitSeconds: number
  /** Clients in the database when memory is read. */
  readonly clients: number
}

const connections = 16

export const efforts = {
  quick: {
    name: 'quick',
    load: { connections, countMax: 20_000, secondsMax: 1, warmUpSeconds: 1 },
    limitSeconds: 1,
    clients: 2_000,
  },
  whole: {
    name: 'whole',
    load: { connections, countMax: 100_000, secondsMax: 6, warmUpSeconds: 4 },
    limitSeconds: 5,
    clients: 10_000,
  },
} satisfies Record<string, Effort>
