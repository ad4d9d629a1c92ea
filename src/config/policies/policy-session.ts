import { extname } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { Worker } from 'node:worker_threads'
import type { PolicyCode } from './policy-code.ts'

/** The life of one thread that runs an operator's policies: from its start to its end, whoever brings that about. */
export interface PolicySession {
  readonly loaded: readonly LoadedFile[]
  /** @throws DataCloneError where the call is not plain data. */
  send(call: SentCall): void
  end(): Promise<void>
}

export type LoadedFile =
  | { readonly file: string; readonly described: DescribedPolicy }
  | { readonly file: string; readonly problem: string; readonly isSyntax?: boolean }

/** What a file's default export says of itself, its function left out. */
export interface DescribedPolicy {
  readonly judges: boolean
  readonly members?: Readonly<Record<string, unknown>>
}

export interface SentCall {
  readonly id: number
  readonly file: string
  readonly context: unknown
  readonly options: unknown
}

export interface SessionEvents {
  started(id: number): void
  answered(id: number, answer: Answer): void
  /** After it was ready, and not by `end`. */
  ended(reason: string): void
  /** A line that the code printed. */
  printed(line: string): void
}

/** Not looked at yet: it comes from the other side. */
export type Answer = { readonly verdicts: unknown } | { readonly fault: string }

type Message =
  | { readonly kind: 'loading'; readonly file: string }
  | { readonly kind: 'loaded'; readonly loaded: readonly LoadedFile[] }
  | { readonly kind: 'started'; readonly id: number }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: Answer }

// Reading files and their packages, compiling them; on a machine that is busy with other things, more.
const startMillisecondsMax = 10_000
const lineCharactersMax = 1000

/** A thread is not up, and this is the file that it was at. */
export class PolicyStartFailure extends Error {
  override readonly name = 'PolicyStartFailure'
  readonly file: string | undefined
  constructor(file: string | undefined, reason: string) {
    super(reason)
    this.file = file
  }
}

/** @throws PolicyStartFailure */
export function startPolicySession(code: PolicyCode, memoryMegabytes: number, events: SessionEvents): Promise<PolicySession> {
  const worker = new Worker(new URL('./policy-worker.mjs', import.meta.url), {
    workerData: { ...code, kit: kit.href },
    // Nothing of the server's: its secrets may stand in the environment.
    env: {},
    argv: [],
    execArgv: [],
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: memoryMegabytes, maxYoungGenerationSizeMb: 16 },
  })
  for (const stream of [worker.stdout, worker.stderr]) readLines(stream, events)
  return untilReady(worker, events)
}

const kit = new URL(`../../registration/policy-authority/policy-kit${extname(import.meta.url)}`, import.meta.url)

function untilReady(worker: Worker, events: SessionEvents): Promise<PolicySession> {
  return new Promise((resolve, reject) => {
    let state: 'loading' | 'ready' | 'ended' = 'loading'
    let loading: string | undefined
    let reason: string | undefined
    const end = async (): Promise<void> => {
      state = 'ended'
      clearTimeout(timer)
      await worker.terminate()
    }
    const over = (why: string): void => {
      const before = state
      void end()
      if (before === 'ready') events.ended(why)
      reject(new PolicyStartFailure(loading, why))
    }
    const timer = setTimeout(() => over(`did not load within ${startMillisecondsMax / 1000} seconds`), startMillisecondsMax)
    const ready = (loaded: readonly LoadedFile[]): void => {
      clearTimeout(timer)
      state = 'ready'
      resolve({ loaded, end, send: (call) => worker.postMessage(call) })
    }
    const hear = (message: Message): void => {
      if (message.kind === 'loading') loading = message.file
      if (message.kind === 'loaded') ready(message.loaded)
      if (message.kind === 'started') events.started(message.id)
      if (message.kind === 'answer') events.answered(message.id, message.answer)
    }
    worker.on('message', (message: Message) => {
      if (state !== 'ended') hear(message)
    })
    worker.on('messageerror', (error) => over(`sent what cannot be read: ${error.message}`))
    worker.on('error', (error: unknown) => {
      reason = error instanceof Error ? (error.stack ?? error.message) : String(error)
    })
    worker.on('exit', (exitCode) => {
      if (state !== 'ended') over(reason ?? `ended by itself with exit code ${exitCode}`)
    })
  })
}

function readLines(stream: Readable, { printed }: SessionEvents): void {
  createInterface({ input: stream }).on('line', (line) => printed(line.slice(0, lineCharactersMax)))
}
