import type { SqlStore } from './open-sql-store.ts'

/** The store tells the log what it does, and metrics what it has done: they are there before it is. */
export function lateStatistics(store: () => Pick<SqlStore, 'statistics' | 'webhookDeliveries'>) {
  return {
    databaseRoundTrips: (): number => store().statistics().roundTrips,
    webhookBacklog: async () => store().webhookDeliveries.count(),
  }
}
