import { readFile } from 'node:fs/promises'
import { CliError, exitCodes } from './cli-error.ts'
import type { Io } from './io.ts'

/** A JSON object from a file, or from stdin for `-`. */
export async function readJsonObject(io: Io, file: string): Promise<Readonly<Record<string, unknown>>> {
  const text = file === '-' ? await io.readInput() : await readText(file)
  const value = parse(text, file)
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Readonly<Record<string, unknown>>
  throw new CliError(`${nameOf(file)} is not a JSON object`, {
    exitCode: exitCodes.usage,
    nextStep: 'Give a file such as {"client_name": "My client"}.',
  })
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code
    throw new CliError(`cannot read ${file} (${code})`, { exitCode: exitCodes.usage, nextStep: 'Check the path.', cause })
  }
}

function parse(text: string, file: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new CliError(`${nameOf(file)} is not JSON: ${(cause as Error).message}`, { exitCode: exitCodes.usage, cause })
  }
}

function nameOf(file: string): string {
  return file === '-' ? 'stdin' : file
}
