import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { StoreUnavailable } from '../../registration/index.ts'
import { timeouts } from './database.ts'
import { withTypedErrors } from './typed-errors.ts'

/** Three folders up is the package, from `src/stores/sql` as from `dist/stores/sql`. */
const shippedMigrations = fileURLToPath(new URL('../../../migrations', import.meta.url))

/** Every node takes it before it looks. */
const migrationLock = 7_591_002

const versionMin = 15

export interface MigrationOptions {
  readonly connection: pg.ClientConfig
  readonly log: (line: string) => void
  readonly folder?: string
}

interface Migration {
  readonly number: number
  readonly name: string
  readonly checksum: string
  readonly text: string
}

/** Brings the database to the schema of this release. Nodes that start at once wait for one another. */
export async function migrate({ connection, log, folder = shippedMigrations }: MigrationOptions): Promise<void> {
  const migrations = await readMigrations(folder)
  // A migration may take its time; only reaching the server has a limit.
  const client = new pg.Client({
    application_name: 'registrar migration',
    ...connection,
    connectionTimeoutMillis: timeouts.connectionTimeoutMillis,
  })
  client.on('error', (error) => log(`the connection for migrations was lost: ${error.message}`))
  try {
    await withTypedErrors(() => client.connect())
    await requireVersion(client)
    await client.query('select pg_advisory_lock($1)', [migrationLock])
    await applyMissing(client, migrations, log)
  } catch (error) {
    if (error instanceof StoreUnavailable)
      throw new StoreUnavailable(`the database cannot be reached: ${(error.cause as Error).message}`, { cause: error })
    throw error
  } finally {
    await client.end()
  }
}

async function readMigrations(folder: string): Promise<readonly Migration[]> {
  const names = (await readdir(folder)).filter((name) => /^\d{4}-[a-z0-9-]+\.sql$/.test(name)).sort()
  return Promise.all(
    names.map(async (name) => {
      // A checkout on Windows may have changed the ends of the lines.
      const text = (await readFile(join(folder, name), 'utf8')).replaceAll('\r\n', '\n')
      const checksum = createHash('sha256').update(text).digest('hex')
      return { number: Number(name.slice(0, 4)), name: basename(name, '.sql'), checksum, text }
    }),
  )
}

async function requireVersion(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ number: string; version: string }>(
    "select current_setting('server_version_num') as number, current_setting('server_version') as version",
  )
  if (Number(rows[0]?.number) >= versionMin * 10_000) return
  throw new Error(`the database server is PostgreSQL ${rows[0]?.version}; Registrar needs ${versionMin} or newer`)
}

async function applyMissing(client: pg.Client, migrations: readonly Migration[], log: (line: string) => void): Promise<void> {
  await client.query(
    'create table if not exists registrar_migrations (number integer primary key, name text not null, checksum text not null, applied_at timestamptz not null)',
  )
  const { rows } = await client.query<Omit<Migration, 'text'>>(
    'select number, name, checksum from registrar_migrations order by number',
  )
  const known = new Map(migrations.map((migration) => [migration.number, migration]))
  for (const applied of rows) requireUnchanged(applied, known.get(applied.number))
  const done = new Set(rows.map(({ number }) => number))
  for (const migration of migrations.filter(({ number }) => !done.has(number))) {
    log(`migrating the database: ${migration.name}`)
    await apply(client, migration)
  }
}

function requireUnchanged(applied: Omit<Migration, 'text'>, file: Migration | undefined): void {
  if (file === undefined) {
    throw new Error(
      `the database has the migration ${applied.name}, which this release does not know: a newer release has been here`,
    )
  }
  if (file.checksum !== applied.checksum) {
    throw new Error(`migrations/${file.name}.sql is not the file that this database was migrated with`)
  }
}

async function apply(client: pg.Client, { number, name, checksum, text }: Migration): Promise<void> {
  try {
    await client.query('begin')
    await client.query(text)
    await client.query('insert into registrar_migrations values ($1, $2, $3, now())', [number, name, checksum])
    await client.query('commit')
  } catch (cause) {
    throw new Error(`the migration ${name} failed, and nothing of it was kept: ${(cause as Error).message}`, { cause })
  }
}
