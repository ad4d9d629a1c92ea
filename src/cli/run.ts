import { CommanderError } from 'commander'
import { ConfigurationError } from '../config/index.ts'
import { CliError, type ExitCode, exitCodes } from './cli-error.ts'
import type { Io } from './io.ts'
import { createProgram } from './program.ts'

/** Runs one command and answers its exit code; whatever goes wrong is told on stderr. */
export async function run(args: readonly string[], io: Io): Promise<ExitCode> {
  try {
    await createProgram(io).parseAsync(args, { from: 'user' })
    return exitCodes.ok
  } catch (error) {
    return tell(error, io)
  }
}

function tell(error: unknown, io: Io): ExitCode {
  // Commander has told it already; help and version are no failures.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage
  if (error instanceof ConfigurationError) {
    io.writeError(`${error.message}\n`)
    return exitCodes.failure
  }
  if (error instanceof CliError) {
    io.writeError(`error: ${error.message}\n${error.nextStep === undefined ? '' : `${error.nextStep}\n`}`)
    return error.exitCode
  }
  io.writeError(`error: ${error instanceof Error ? error.message : String(error)}\n`)
  return exitCodes.failure
}
