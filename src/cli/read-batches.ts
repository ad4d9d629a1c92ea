import { createReadStream } from 'node:fs'
import { CliError, exitCodes } from './cli-error.ts'
import type { Io } from './io.ts'

/** The lines of a file, or of stdin for `-`, so many at a time: the whole may not fit into memory. */
export async function* readBatches(io: Io, file: string, size: number): AsyncGenerator<readonly string[]> {
  let batch: string[] = []
  for await (const line of readLines(io, file)) {
    batch.push(line)
    if (batch.length < size) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}

async function* readLines(io: Io, file: string): AsyncGenerator<string> {
  const input = file === '-' ? io.openInput() : createReadStream(file)
  input.setEncoding('utf8')
  let rest = ''
  try {
    for await (const chunk of input) {
      const lines = (rest + String(chunk)).split('\n')
      rest = lines.pop() ?? ''
      yield* lines
    }
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code
    throw new CliError(`cannot read ${file} (${code})`, { exitCode: exitCodes.usage, nextStep: 'Check the path.', cause })
  }
  if (rest !== '') yield rest
}
