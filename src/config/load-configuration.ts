import { dirname, resolve } from 'node:path'
import { checkSafety } from './check-safety.ts'
import type { Configuration } from './configuration.ts'
import type { Draft, Environment, FindCertificateChecks, Overrides, Surroundings } from './draft.ts'
import { parseFile } from './parse-file.ts'
import { ConfigurationError, type Problem } from './problem.ts'
import { readValue } from './read-value.ts'
import { resolveConfiguration } from './resolve-configuration.ts'
import { type ConfigurationFile, configurationSchema } from './schema.ts'

/** Reads the file whole, makes the secrets that it has generated, and answers plain values. @throws ConfigurationError */
export async function loadConfiguration(
  file: string,
  overrides: Overrides,
  env: Environment,
  certificateChecks: FindCertificateChecks = noChecks,
): Promise<Configuration> {
  return load(file, { overrides, env, certificateChecks, generates: true })
}

/** The same without leaving a trace on disk: what `config check` does. @throws ConfigurationError */
export async function checkConfiguration(
  file: string,
  overrides: Overrides,
  env: Environment,
  certificateChecks: FindCertificateChecks = noChecks,
): Promise<Configuration> {
  return load(file, { overrides, env, certificateChecks, generates: false })
}

/** Who brings none has certificates read, and not judged. */
const noChecks: FindCertificateChecks = async () => ({ ofAuthority: () => undefined, ofList: () => undefined })

async function load(file: string, given: Omit<Surroundings, 'path' | 'dataFolder'>): Promise<Configuration> {
  const path = resolve(file)
  const parsed = await parseFile(path)
  if (parsed.problems.length > 0) throw new ConfigurationError(file, parsed.problems)
  const problems: Problem[] = []
  const content = readValue(configurationSchema, parsed.content, { path: [], spelling: 'file', problems }) as ConfigurationFile
  const surroundings = { ...given, path, dataFolder: dataFolderOf(path, content?.data, given) }
  const draft: Draft = { file: content ?? ({} as ConfigurationFile), problems, surroundings }
  const configuration = await resolveConfiguration(draft)
  checkSafety(draft)
  if (problems.length > 0 || configuration === undefined) throw new ConfigurationError(file, withLines(problems, parsed.lineOf))
  return configuration
}

/** A path in the file is relative to the file, one on the command line to where the command was given. */
function dataFolderOf(
  path: string,
  written: string | undefined,
  { overrides, env }: Pick<Surroundings, 'overrides' | 'env'>,
): string {
  const given = overrides.data ?? env['REGISTRAR_DATA']
  if (given !== undefined && given !== '') return resolve(given)
  return typeof written === 'string' ? resolve(dirname(path), written) : resolve('data')
}

function withLines(problems: readonly Problem[], lineOf: (path: Problem['path']) => number | undefined): readonly Problem[] {
  return problems.map((problem) => {
    const line = lineOf(problem.path)
    return line === undefined ? problem : { ...problem, line }
  })
}
