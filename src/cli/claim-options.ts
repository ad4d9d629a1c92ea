import type { Command } from 'commander'
import { CliError, exitCodes } from './cli-error.ts'
import { collect } from './common-options.ts'
import type { Io } from './io.ts'
import { type MetadataOptions, metadataOf, withMetadataOptions } from './metadata-options.ts'

/** The claims of a software statement on the command line: client metadata, and whatever else a directory attests. */
export interface ClaimOptions extends MetadataOptions {
  readonly claim?: readonly string[]
}

export function withClaimOptions(command: Command): Command {
  return withMetadataOptions(command).option(
    '--claim <name=value>',
    'any other claim; JSON where the value is JSON, else text; can be given several times',
    collect,
  )
}

export async function claimsOf(io: Io, options: ClaimOptions): Promise<Readonly<Record<string, unknown>>> {
  return { ...(await metadataOf(io, options)), ...Object.fromEntries((options.claim ?? []).map(parseClaim)) }
}

function parseClaim(text: string): readonly [string, unknown] {
  const at = text.indexOf('=')
  if (at < 1) {
    throw new CliError(`--claim ${text} has no name`, { exitCode: exitCodes.usage, nextStep: 'Write --claim org_name=Bank.' })
  }
  return [text.slice(0, at), parseValue(text.slice(at + 1))]
}

function parseValue(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text // Most values are plain words.
  }
}
