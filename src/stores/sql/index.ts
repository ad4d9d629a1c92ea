export { type EmbeddedConnection, type EmbeddedPostgres, startEmbeddedPostgres } from './embedded/start-embedded-postgres.ts'
export { openSqlStore, type SqlStore, type SqlStoreOptions } from './open-sql-store.ts'
export { openStore, type StoreOptions } from './open-store.ts'
export { purgeRegularly } from './purge-regularly.ts'
