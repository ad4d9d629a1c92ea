import { type ChildProcess, spawn } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { inUse } from './claim-cluster.ts'
import { socketPort } from './connection.ts'
import type { Binaries } from './find-binaries.ts'
import { readPostmasterFile } from './postmaster-file.ts'
import type { ServingAccount } from './serving-account.ts'

export interface PostmasterOptions {
  readonly binaries: Binaries
  readonly cluster: string
  readonly account: ServingAccount | undefined
  readonly connection: { readonly host: string }
  readonly log: (line: string) => void
}

/** The server's first process. */
export interface Postmaster {
  /** Tells how, once it has ended. */
  readonly ended: Promise<string>
  /** Fast shutdown: sessions are ended, everything is written to disk. */
  end(): void
}

/** Server processes of a killed postmaster need a moment to notice; until then PostgreSQL will not start. */
const leftoverMillisecondsMax = 20_000

/** Resolves once the server takes connections, after crash recovery if there is one to do. */
export async function spawnPostmaster(options: PostmasterOptions): Promise<Postmaster> {
  const deadline = Date.now() + leftoverMillisecondsMax
  for (;;) {
    const { child, output, ended } = start(options)
    const how = await readyOrEnded(options.cluster, child, ended)
    if (how === undefined) return { ended, end: () => void child.kill('SIGINT') }
    const said = output.join('\n')
    if (/lock file "postmaster\.pid" already exists/.test(said)) throw inUse(options.cluster)
    if (!/pre-existing shared memory block/.test(said) || Date.now() > deadline) {
      throw new Error(`PostgreSQL did not start (${how}): ${said || 'it said nothing'}`)
    }
    await delay(50)
  }
}

function start({ binaries, cluster, account, connection, log }: PostmasterOptions) {
  const child = spawn(binaries.postgres, ['-D', cluster, ...settings(connection.host)], {
    ...account,
    cwd: '/',
    // None of our environment, which may hold secrets, goes to another account's process.
    env: { LC_ALL: 'C', TZ: 'UTC' },
    // A session of its own: Ctrl-C in the terminal is ours to answer, and the server ends when we are done.
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const output: string[] = []
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    for (const line of text.split('\n').filter((part) => part !== '')) {
      if (output.length < 50) output.push(line)
      if (isNews.test(line)) log(`PostgreSQL: ${line}`)
    }
  })
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`))
  })
  return { child, output, ended }
}

/** What an operator should hear; an error goes to whoever made the statement, and a session's end is part of every stop. */
const isNews =
  /^(WARNING|PANIC):|^FATAL: +(?! |terminating connection|the database system is)|terminated by signal|not properly shut down/

async function readyOrEnded(cluster: string, child: ChildProcess, ended: Promise<string>): Promise<string | undefined> {
  let how: string | undefined
  void ended.then((text) => {
    how = text
  })
  while (how === undefined) {
    const file = await readPostmasterFile(cluster)
    if (file?.ready === true && file.pid === child.pid) return undefined
    await delay(5)
  }
  return how
}

/** Durable, small, and reachable through the socket alone. */
function settings(socketFolder: string): readonly string[] {
  const values = {
    listen_addresses: '',
    port: socketPort,
    unix_socket_directories: `"${socketFolder.replaceAll('"', '""')}"`,
    unix_socket_permissions: '0700',
    fsync: 'on',
    synchronous_commit: 'on',
    full_page_writes: 'on',
    max_connections: 100,
    shared_buffers: '32MB',
    max_wal_size: '512MB',
    // Reads by worker processes and replication would cost more memory than they are worth here.
    io_method: 'sync',
    max_wal_senders: 0,
    max_logical_replication_workers: 0,
    log_min_messages: 'warning',
    // No statement and no value in the log: a value may be somebody's name.
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    log_line_prefix: '',
  }
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}
