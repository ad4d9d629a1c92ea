import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { onTestFinished } from 'vitest'
import type { Io } from '../../src/cli/io.ts'
import { run } from '../../src/cli/run.ts'

export interface Outcome {
  readonly exitCode: number
  readonly out: string
  readonly err: string
}

/** Runs a command as a shell would, and keeps what it prints. */
export async function registrar(
  args: readonly string[],
  world: Partial<Io> & { readonly input?: string } = {},
): Promise<Outcome> {
  const out: string[] = []
  const err: string[] = []
  const exitCode = await run(args, {
    env: {},
    isTerminal: false,
    write: (text) => void out.push(text),
    writeError: (text) => void err.push(text),
    readInput: async () => world.input ?? '',
    openInput: () => Readable.from([world.input ?? '']),
    fetch,
    certificateChecks: async () => (await import('../../src/app.ts')).certificateChecks,
    startServer: async () => Promise.reject(new Error('no server is started in this test')),
    onSignal: () => () => undefined,
    ...world,
  })
  return { exitCode, out: out.join(''), err: err.join('') }
}

/** Something that will happen once. */
export function happening<Value = void>(): { readonly happened: Promise<Value>; readonly happens: (value: Value) => void } {
  let happens: (value: Value) => void = () => undefined
  const happened = new Promise<Value>((resolve) => {
    happens = resolve
  })
  return { happened, happens: (value) => happens(value) }
}

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'registrar-cli-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}
