import { type Command, InvalidArgumentError, Option } from 'commander'
import { parseDuration } from '../config/index.ts'
import { type OutputOptions, outputFormats } from './output.ts'

/** What every command that talks to a server understands. */
export interface CommonOptions extends OutputOptions {
  readonly timeout: number
}

const defaultTimeoutMilliseconds = 10_000

export function withCommonOptions(command: Command): Command {
  return command
    .addOption(new Option('-o, --output <format>', 'how to print the result').choices(outputFormats).default('table'))
    .option('-q, --quiet', 'print nothing but errors')
    .option('--no-color', 'print without colours')
    .addOption(
      new Option('--timeout <duration>', 'how long to wait for an answer')
        .argParser(duration)
        .default(defaultTimeoutMilliseconds, '10s'),
    )
}

/** What every command of an administrator understands besides. */
export function withAdminOptions(command: Command): Command {
  return withServerOptions(command).option('--realm <name>', 'the realm', 'default')
}

/** For what stands beside the realms. */
export function withServerOptions(command: Command): Command {
  return withCommonOptions(command)
    .option('--server <url>', 'the admin listener (default: $REGISTRAR_SERVER, then http://localhost:4401)')
    .option('--token <token>', 'the administrator token (default: $REGISTRAR_ADMIN_TOKEN, then the one in the data folder)')
    .option('--data <folder>', 'data folder of a server on this machine (default: $REGISTRAR_DATA, then ./data)')
}

export function example(command: Command, lines: string): Command {
  return command.addHelpText('after', `\nExample:\n  ${lines}`)
}

export function duration(text: string): number {
  const milliseconds = parseDuration(text)
  if (milliseconds === undefined || milliseconds === 0)
    throw new InvalidArgumentError('Give a whole number with its unit, such as 30s, 15m, 12h or 90d.')
  return milliseconds
}

export function wholeNumber(minimum: number, maximum: number): (text: string) => number {
  return (text) => {
    const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
    if (number >= minimum && number <= maximum) return number
    throw new InvalidArgumentError(`Give a whole number from ${minimum} to ${maximum}.`)
  }
}

/** For a decision about what was looked at, and not about what it may have become since. */
export function revisionOption(): Option {
  return new Option('--revision <number>', 'of the client that was looked at; refused where it has changed since').argParser(
    wholeNumber(1, 999_999_999),
  )
}

/** For an option that can be given several times. */
export function collect(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value]
}
