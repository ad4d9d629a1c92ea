import { Cron } from 'croner'
import type { Realm } from '../../registration/index.ts'
import type { PurgeOptions } from './purge.ts'

/** Every minute at a second of this node's own: many nodes do not knock at once. */
const pattern = (): string => `${Math.floor(Math.random() * 60)} * * * * *`

export interface RegularPurge {
  readonly purge: (options: PurgeOptions) => Promise<number>
  readonly realms: () => readonly Realm[]
  readonly now: () => number
  readonly log: (line: string) => void
}

/** Removes what has expired, and never-used and never-approved clients where the realm says after what time. Never two runs at once. */
export function purgeRegularly({ purge, realms, now, log }: RegularPurge): { stop(): void } {
  const report = (error: unknown): void =>
    log(`expired rows were not purged: ${error instanceof Error ? error.message : String(error)}`)
  const job = new Cron(pattern(), { protect: true, unref: true, catch: report }, async () => {
    const timesBefore = (lifetime: (realm: Realm) => number) => limitsOf(realms(), lifetime, now())
    await purge({
      now: now(),
      unusedBefore: timesBefore(({ registration }) => registration.unusedClientLifetimeSeconds),
      pendingBefore: timesBefore(({ registration }) => registration.pendingClientLifetimeSeconds),
    })
  })
  return { stop: () => job.stop() }
}

/** 0: for ever. */
function limitsOf(
  realms: readonly Realm[],
  lifetimeSeconds: (realm: Realm) => number,
  now: number,
): Readonly<Record<string, number>> {
  const limited = realms.filter((realm) => lifetimeSeconds(realm) > 0)
  return Object.fromEntries(limited.map((realm) => [realm.name, now - lifetimeSeconds(realm)]))
}
