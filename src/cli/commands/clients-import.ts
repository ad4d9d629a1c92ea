import { Command } from 'commander'
import { type AdminApi, type AdminOptions, openAdminApi } from '../admin-api.ts'
import { CliError, exitCodes } from '../cli-error.ts'
import { example, withAdminOptions } from '../common-options.ts'
import { importLine } from '../import-line.ts'
import type { Io } from '../io.ts'
import { cell, type Item, printItem } from '../output.ts'
import { readBatches } from '../read-batches.ts'

/** What is sent at once: few enough to be answered in time, and to show how far it is. */
const linesAtOnce = 100

type Outcome = 'imported' | 'exists' | 'refused'

export function clientsImport(io: Io): Command {
  const command = withAdminOptions(
    new Command('import').description('Add clients; those that exist are left as they are, so that it can be run again'),
  )
    .argument('<file>', 'lines of JSON (- for stdin): as `clients export` writes them, or client metadata with its client_id')
    .action(async (file: string, options: AdminOptions) => {
      const counts = await importAll(io, file, options)
      const { imported, exists, refused } = counts
      printItem(io, { imported, existed: exists, refused }, { name: () => imported }, options)
      if (refused > 0) throw someRefused(counts)
    })
  return example(command, 'registrar clients import clients.ndjson --realm default')
}

type Counts = Readonly<Record<Outcome, number>>

async function importAll(io: Io, file: string, options: AdminOptions): Promise<Counts> {
  const { realm, ...server } = options
  // A realm that is not there is told once, and not for each line.
  await (await openAdminApi(io, options)).get('registration-settings')
  // Beside the realms: each line names its own.
  const api = await openAdminApi(io, server)
  const counts = { imported: 0, exists: 0, refused: 0 }
  const showsProgress = io.isTerminal && options.quiet !== true
  let done = 0
  for await (const lines of readBatches(io, file, linesAtOnce)) {
    const results = await importLines(api, lines, realm).catch((error: unknown) => Promise.reject(stopped(error, done)))
    for (const result of results) {
      counts[result['outcome'] as Outcome] += 1
      if (result['outcome'] === 'refused') io.writeError(`${refusalOf(result, done)}\n`)
    }
    done += lines.length
    if (showsProgress) io.writeError(`${done} lines\r`)
  }
  if (showsProgress) io.writeError('\n')
  return counts
}

async function importLines(api: AdminApi, lines: readonly string[], realm: string): Promise<readonly Item[]> {
  const read = lines.map((line) => importLine(line, realm))
  const unfit = read.flatMap((entry, index) =>
    typeof entry === 'string' ? [] : [{ line: index + 1, outcome: 'refused', detail: entry.problem }],
  )
  // An empty line keeps the numbers of the others.
  const sent = read.map((entry) => (typeof entry === 'string' ? `${entry}\n` : '\n')).join('')
  const answered = sent.trim() === '' ? [] : await api.postLines('import', sent)
  return [...unfit, ...answered].sort((one, other) => Number(one['line']) - Number(other['line']))
}

function refusalOf({ line, id, detail, errors }: Item, before: number): string {
  const members = Array.isArray(errors) ? errors.map(({ pointer, message }) => `${String(pointer)}: ${String(message)}`) : []
  const about = id === undefined ? '' : ` (${String(id)})`
  return cell(`line ${before + Number(line)}${about}: ${[String(detail), ...members].join('; ')}`)
}

/** What came before is done, and is found there by the next run. */
function stopped(error: unknown, done: number): unknown {
  if (!(error instanceof CliError)) return error
  const again = `Lines 1 to ${done} are done. Run it again when this is put right: clients that exist are left as they are.`
  const nextStep = [error.nextStep, ...(done === 0 ? [] : [again])].filter((step) => step !== undefined).join('\n')
  return new CliError(error.message, {
    exitCode: done === 0 ? error.exitCode : exitCodes.partlyFailed,
    nextStep: nextStep === '' ? undefined : nextStep,
    cause: error,
  })
}

function someRefused({ imported, exists, refused }: Counts): CliError {
  const isAll = imported + exists === 0
  return new CliError(`${refused} ${refused === 1 ? 'line was' : 'lines were'} refused`, {
    exitCode: isAll ? exitCodes.failure : exitCodes.partlyFailed,
    nextStep: 'Put those lines right and run it again: clients that exist are left as they are.',
  })
}
