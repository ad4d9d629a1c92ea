import { CliError, exitCodes } from './cli-error.ts'
import type { Io } from './io.ts'
import { readText } from './read-text.ts'

/** A JSON object from a file, or from stdin for `-`. */
export async function readJsonObject(io: Io, file: string): Promise<Readonly<Record<string, unknown>>> {
  return parseJsonObject(await readText(io, file), file)
}

export function parseJsonObject(text: string, file: string): Readonly<Record<string, unknown>> {
  const value = parse(text, file)
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Readonly<Record<string, unknown>>
  throw new CliError(`${nameOf(file)} is not a JSON object`, {
    exitCode: exitCodes.usage,
    nextStep: 'Give a file such as {"client_name": "My client"}.',
  })
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
