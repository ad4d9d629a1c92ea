import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { StoreUnavailable } from '../../src/registration/index.ts'
import { migrate } from '../../src/stores/sql/migrate.ts'
import { emptyDatabase, type TestDatabase } from '../support/database.ts'

describe('migrating the database', () => {
  let database: TestDatabase
  let folder: string
  let lines: string[]
  beforeEach(async () => {
    database = await emptyDatabase()
    folder = await mkdtemp(join(tmpdir(), 'registrar-migrations-'))
    lines = []
  })
  afterEach(async () => {
    await rm(folder, { recursive: true })
    await database.drop()
  })

  const run = (from = folder) => migrate({ connection: database.connection, folder: from, log: (line) => lines.push(line) })
  const file = (name: string, text: string) => writeFile(join(folder, name), text)
  const rows = async (text: string) => {
    const client = new pg.Client(database.connection)
    await client.connect()
    const result = await client.query(text)
    await client.end()
    return result.rows
  }

  it('refuses a file that was changed after it had run', async () => {
    await file('0001-one.sql', 'create table one (id integer)')
    await run()
    await file('0001-one.sql', 'create table one (id bigint)')
    await expect(run()).rejects.toThrow('migrations/0001-one.sql is not the file that this database was migrated with')
  })

  it('takes other ends of lines for the same file', async () => {
    await file('0001-one.sql', 'create table one (\n  id integer)\n')
    await run()
    await file('0001-one.sql', 'create table one (\r\n  id integer)\r\n')
    await expect(run()).resolves.toBeUndefined()
  })

  it('refuses a database that a newer release has migrated', async () => {
    await file('0001-one.sql', 'create table one (id integer)')
    await file('0002-two.sql', 'create table two (id integer)')
    await run()
    await rm(join(folder, '0002-two.sql'))
    await expect(run()).rejects.toThrow('a newer release has been here')
  })

  it('keeps nothing of a migration that fails, and everything of those before it', async () => {
    await file('0001-one.sql', 'create table one (id integer)')
    await file('0002-two.sql', 'create table two (id integer); select 1 / 0;')
    await expect(run()).rejects.toThrow('0002-two failed, and nothing of it was kept: division by zero')
    expect(await rows("select to_regclass('one') is not null as one, to_regclass('two') is not null as two")).toEqual([
      { one: true, two: false },
    ])
    await file('0002-two.sql', 'create table two (id integer)')
    await run()
    expect(await rows('select name from registrar_migrations order by number')).toEqual([
      { name: '0001-one' },
      { name: '0002-two' },
    ])
  })

  it('says that the server cannot be reached, and which one', async () => {
    const attempt = migrate({ connection: { host: folder, database: 'none' }, log: () => undefined })
    await expect(attempt).rejects.toBeInstanceOf(StoreUnavailable)
    await expect(attempt).rejects.toThrow(folder)
  })

  it('runs each shipped migration once when eight nodes start at once', async () => {
    const shipped = join(import.meta.dirname, '../../migrations')
    await Promise.all(Array.from({ length: 8 }, () => run(shipped)))
    const files = (await readdir(shipped)).filter((name) => name.endsWith('.sql'))
    expect(lines).toHaveLength(files.length)
    await run(shipped)
    expect(lines).toHaveLength(files.length)
  })

  it('finds clients by name with an index, where the server has trigrams', async () => {
    await run(join(import.meta.dirname, '../../migrations'))
    expect(await rows("select indexname from pg_indexes where indexname = 'clients_name'")).toHaveLength(1)
  })
})
