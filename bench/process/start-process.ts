import { spawn } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'

export interface ServerCommand {
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Asked until it answers 200. */
  readonly readyUrl: string
}

export interface ServerProcess {
  readonly pid: number
  /** When the process was started, by the clock of `performance.now()`. */
  readonly startedAt: number
  stop(): Promise<void>
}

const startMillisecondsMax = 30_000

/** A Node program that serves, in a process of its own. */
export async function startProcess({ args, env, readyUrl }: ServerCommand): Promise<ServerProcess> {
  const started = performance.now()
  const child = spawn(process.execPath, args, {
    env: { ...process.env, NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let tail = ''
  const remember = (chunk: Buffer) => {
    tail = (tail + chunk.toString('utf8')).slice(-4000)
  }
  child.stdout.on('data', remember)
  child.stderr.on('data', remember)
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  while (!(await isReady(readyUrl))) {
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}: ${tail}`)
    if (performance.now() - started > startMillisecondsMax) {
      child.kill('SIGKILL')
      throw new Error(`the server was not ready at ${readyUrl}: ${tail}`)
    }
    await delay(5)
  }
  return {
    pid: child.pid as number,
    startedAt: started,
    stop: async () => {
      child.kill('SIGTERM')
      await ended
    },
  }
}

async function isReady(url: string): Promise<boolean> {
  try {
    const response = await fetch(url)
    await response.arrayBuffer()
    return response.ok
  } catch {
    return false
  }
}
