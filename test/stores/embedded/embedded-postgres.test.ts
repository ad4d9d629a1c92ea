import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, lstat, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type EmbeddedConnection, type EmbeddedPostgres, startEmbeddedPostgres } from '../../../src/stores/sql/index.ts'
import { type CompiledStores, compileStores } from './compiled-stores.ts'

const isRoot = process.getuid?.() === 0

describe('the embedded PostgreSQL', { timeout: 60_000 }, () => {
  let compiled: CompiledStores
  /** A database that was made and stopped: copying it takes less time than making another. */
  let made: string
  let folder: string
  let lines: string[]
  let opened: (() => Promise<unknown>)[]
  beforeAll(async () => {
    compiled = await compileStores()
    made = await reachableFolder()
    const server = await startEmbeddedPostgres({ folder: made, log: () => undefined })
    await server.stop()
  })
  afterAll(async () => {
    await compiled.remove()
    await rm(made, { recursive: true })
  })
  beforeEach(async () => {
    folder = await reachableFolder()
    await promisify(execFile)('cp', ['-a', `${made}/.`, folder])
    lines = []
    opened = []
  })
  afterEach(async () => {
    for (const close of opened.reverse()) await close()
    await rm(folder, { recursive: true, force: true })
  })

  const start = async (where = folder): Promise<EmbeddedPostgres> => {
    const server = await startEmbeddedPostgres({ folder: where, log: (line) => lines.push(line) })
    opened.push(() => server.stop())
    return server
  }
  /** In a process of its own. */
  const startElsewhere = async (options: { uid?: number; gid?: number } = {}) => {
    const child = spawn(process.execPath, [compiled.program, folder], { ...options, cwd: '/', stdio: ['ignore', 'pipe', 'pipe'] })
    opened.push(() => endProcess(child, 'SIGTERM'))
    let said = ''
    child.stderr.on('data', (text) => {
      said += text
    })
    const first = await Promise.race([once(child.stdout, 'data'), once(child, 'exit')])
    if (child.exitCode !== null) throw new Error(said)
    return { child, connection: JSON.parse(String(first[0])) as EmbeddedConnection }
  }
  const postmasterPid = async () => Number((await readFile(join(folder, 'cluster/postmaster.pid'), 'utf8')).split('\n')[0])

  it('refuses a second start on the folder, from this process or another, while the first lives', async () => {
    const server = await start()
    await expect(start()).rejects.toThrow('in use by another Registrar')
    await expect(startElsewhere()).rejects.toThrow('in use by another Registrar')
    expect(await queryOnce(server.connection, 'select 1 as one')).toEqual([{ one: 1 }])
  })

  it('lets one of three starts at once have a new folder', async () => {
    const starts = Array.from({ length: 3 }, () => start(join(folder, 'new')))
    const results = await Promise.allSettled(starts)
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })

  it('writes durably, and listens on a socket alone', async () => {
    const { connection } = await start()
    const text = `select current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit,
      current_setting('full_page_writes') as pages, current_setting('listen_addresses') as addresses, current_setting('shared_buffers') as buffers`
    expect(await queryOnce(connection, text)).toEqual([
      { fsync: 'on', commit: 'on', pages: 'on', addresses: '', buffers: '32MB' },
    ])
    await expect(queryOnce({ ...connection, password: 'wrong' }, 'select 1')).rejects.toThrow('password')
    expect((await stat(connection.host)).mode & 0o077).toBe(0)
    expect((await stat(join(folder, 'password'))).mode & 0o077).toBe(0)
  })

  it.runIf(isRoot)('never runs as root', async () => {
    await start()
    expect((await stat(`/proc/${await postmasterPid()}`)).uid).not.toBe(0)
  })

  it('keeps the data from one start to the next', async () => {
    const first = await start()
    await queryOnce(first.connection, 'create table kept as select 42 as answer')
    await first.stop()
    const second = await start()
    expect(await queryOnce(second.connection, 'select answer from kept')).toEqual([{ answer: 42 }])
  })

  it('is there again after its server was killed, with everything that was committed', async () => {
    const { connection } = await start()
    await queryOnce(connection, 'create table kept as select 42 as answer')
    process.kill(await postmasterPid(), 'SIGKILL')
    await expect
      .poll(() => queryOnce(connection, 'select answer from kept').catch(() => undefined), { timeout: 30_000, interval: 20 })
      .toEqual([{ answer: 42 }])
    expect(lines.join('\n')).toContain('starting it again')
  })

  it('finds and ends the server of a Registrar that was killed, and keeps the data', async () => {
    const { child, connection } = await startElsewhere()
    await queryOnce(connection, 'create table kept as select 42 as answer')
    const orphan = await postmasterPid()
    await endProcess(child, 'SIGKILL')
    expect(() => process.kill(orphan, 0)).not.toThrow()
    const server = await start()
    expect(await queryOnce(server.connection, 'select answer from kept')).toEqual([{ answer: 42 }])
    expect(await postmasterPid()).not.toBe(orphan)
    await expect.poll(() => isServer(orphan), { timeout: 10_000 }).toBe(false)
  })

  it('starts after Registrar and server were killed together', async () => {
    const { child, connection } = await startElsewhere()
    await queryOnce(connection, 'create table kept as select 42 as answer')
    const pid = await postmasterPid()
    child.kill('SIGKILL')
    process.kill(pid, 'SIGKILL')
    const server = await start()
    expect(await queryOnce(server.connection, 'select answer from kept')).toEqual([{ answer: 42 }])
  })

  it('starts although the process id in postmaster.pid belongs to another program by now', async () => {
    const { child, connection } = await startElsewhere()
    await queryOnce(connection, 'create table kept as select 42 as answer')
    const pid = await postmasterPid()
    child.kill('SIGKILL')
    process.kill(pid, 'SIGKILL')
    const bystander = spawn('sleep', ['60'], isRoot ? { uid: (await stat(join(folder, 'cluster'))).uid } : {})
    opened.push(() => endProcess(bystander, 'SIGKILL'))
    const path = join(folder, 'cluster/postmaster.pid')
    const content = await readFile(path, 'utf8')
    await writeFile(path, content.replace(/^\d+/, String(bystander.pid)))
    const server = await start()
    expect(await queryOnce(server.connection, 'select answer from kept')).toEqual([{ answer: 42 }])
    expect(bystander.exitCode).toBeNull()
  })

  it.each(['SIGTERM', 'SIGUSR2'] as const)('ends with its process, whether that stops or just exits (%s)', async (signal) => {
    const { child } = await startElsewhere()
    const pid = await postmasterPid()
    await endProcess(child, signal)
    await expect.poll(() => isServer(pid), { timeout: 20_000, interval: 10 }).toBe(false)
    await expect(stat(join(folder, 'cluster/postmaster.pid'))).rejects.toThrow('ENOENT')
  })

  it('works in a folder whose path is too long for a socket, and leaves nothing behind', async () => {
    const deep = join(folder, 'long'.repeat(30))
    const server = await start(deep)
    expect(await queryOnce(server.connection, 'select 1 as one')).toEqual([{ one: 1 }])
    expect(server.connection.host.startsWith(deep)).toBe(false)
    await server.stop()
    await expect(stat(server.connection.host)).rejects.toThrow('ENOENT')
  })

  it('knows its folder again behind a link', async () => {
    await start(join(folder, 'data'))
    await symlink(join(folder, 'data'), join(folder, 'link'))
    await expect(start(join(folder, 'link'))).rejects.toThrow('in use by another Registrar')
  })

  it('says what to do with a database of another major version', async () => {
    const server = await start()
    await server.stop()
    await writeFile(join(folder, 'cluster/PG_VERSION'), '17\n')
    await expect(start()).rejects.toThrow('made by PostgreSQL 17')
  })

  it.runIf(isRoot)('uses a reachable folder where the data folder is closed to its account, and says which', async () => {
    const closed = join(folder, 'closed')
    await mkdir(closed, { mode: 0o700 })
    const data = join(closed, 'data')
    const first = await start(data)
    const elsewhere = (await readFile(join(data, 'elsewhere'), 'utf8')).trim()
    opened.unshift(() => rm(elsewhere, { recursive: true }))
    expect(lines).toContainEqual(expect.stringContaining(elsewhere))
    await queryOnce(first.connection, 'create table kept as select 42 as answer')
    await first.stop()
    const second = await start(data)
    expect(await queryOnce(second.connection, 'select answer from kept')).toEqual([{ answer: 42 }])
    expect((await lstat(elsewhere)).uid).toBe(0)
  })

  it.runIf(isRoot)('works for somebody who is not root', async () => {
    await promisify(execFile)('chown', ['-R', '65534:65534', folder])
    const { connection } = await startElsewhere({ uid: 65_534, gid: 65_534 })
    expect(await queryOnce(connection, 'select 1 as one')).toEqual([{ one: 1 }])
    expect((await stat(`/proc/${await postmasterPid()}`)).uid).toBe(65_534)
  })
})

/** As root the server runs under another account, which has to get through. */
async function reachableFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'registrar-embedded-'))
  await chmod(folder, 0o711)
  return folder
}

async function queryOnce(connection: EmbeddedConnection, text: string): Promise<readonly unknown[]> {
  const client = new pg.Client(connection)
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}

async function endProcess(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill(signal)
  await exited
}

/** A process that has ended but was not yet waited for has no command line. */
async function isServer(pid: number): Promise<boolean> {
  try {
    return (await readFile(`/proc/${pid}/cmdline`, 'utf8')).includes('postgres')
  } catch {
    return false
  }
}
