import { readFile } from 'node:fs/promises'
import { CliError, exitCodes } from './cli-error.ts'
import type { Io } from './io.ts'

/** The text of a file, or of stdin for `-`. */
export async function readText(io: Io, file: string): Promise<string> {
  if (file === '-') return io.readInput()
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code
    throw new CliError(`cannot read ${file} (${code})`, { exitCode: exitCodes.usage, nextStep: 'Check the path.', cause })
  }
}
