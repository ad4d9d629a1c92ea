import { parse } from 'yaml'
import { CliError, exitCodes } from './cli-error.ts'
import type { Io } from './io.ts'
import { readText } from './read-text.ts'

/** Policies in order, as they stand in a configuration file: a list in YAML or JSON, or a mapping that has it as `policies`. */
export async function readChain(io: Io, file: string): Promise<readonly unknown[]> {
  const content = parsed(await readText(io, file), file)
  const chain = Array.isArray(content) ? content : ((content ?? {}) as { readonly policies?: unknown }).policies
  if (Array.isArray(chain)) return chain
  throw new CliError(`${file} holds no list of policies`, {
    exitCode: exitCodes.usage,
    nextStep: 'Give a list such as [{"id": "hosts", "policy": "redirect-hosts", "options": {"hosts": ["app.example"]}}].',
  })
}

function parsed(text: string, file: string): unknown {
  try {
    return parse(text)
  } catch (cause) {
    throw new CliError(`${file} is neither YAML nor JSON: ${(cause as Error).message}`, { exitCode: exitCodes.usage, cause })
  }
}
