/** `host` is the folder of the socket: there is no TCP port. */
export interface EmbeddedConnection {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
  readonly database: string
}

/** The superuser that initdb makes; nobody else has an account in the embedded server. */
export const databaseUser = 'registrar'
/** initdb makes it; a second one would only cost time. */
export const databaseName = 'postgres'
/** Only names the socket file (`.s.PGSQL.5432`): the embedded server listens on no TCP port. */
export const socketPort = 5432
/** Whoever holds this session lock is the one Registrar that the embedded server belongs to. */
export const ownerLock = 7_591_001
