import { Command, Option } from 'commander'
import { type Configuration, loadConfiguration, type Overrides } from '../../config/index.ts'
import { banner } from '../banner.ts'
import { CliError, exitCodes } from '../cli-error.ts'
import { example, wholeNumber } from '../common-options.ts'
import type { Io, RunningServer } from '../io.ts'
import { settingsForNextStart } from '../settings-for-next-start.ts'

interface Options extends Overrides {
  readonly config?: string
  readonly color: boolean
  readonly quiet?: boolean
}

const port = wholeNumber(0, 65_535)

export function serve(io: Io): Command {
  const command = new Command('serve')
    .description('Run the server until SIGTERM or SIGINT; SIGHUP reads the configuration anew')
    .option('--config <file>', 'the configuration (default: $REGISTRAR_CONFIG)')
    .addOption(new Option('--port <number>', 'port of the public listener').argParser(port))
    .addOption(new Option('--admin-port <number>', 'port of the admin listener').argParser(port))
    .option('--data <folder>', 'folder of the embedded database and of generated secrets (default: ./data)')
    .option('-q, --quiet', 'print nothing but logs and errors')
    .option('--no-color', 'print without colours')
    .action(async ({ config, color, quiet, ...overrides }: Options) => {
      const load = loader(io, config ?? io.env['REGISTRAR_CONFIG'], overrides)
      const configuration = await load()
      const running = await io.startServer(configuration)
      const hasColour = color && io.isTerminal && !io.env['NO_COLOR']
      if (!quiet) io.write(banner(configuration, running, hasColour))
      await runUntilStopped(io, running, { load, inUse: configuration })
    })
  return example(command, 'registrar serve --config examples/quickstart.yaml --port 4400')
}

function loader(io: Io, config: string | undefined, overrides: Overrides): () => Promise<Configuration> {
  if (config !== undefined) return () => loadConfiguration(config, overrides, io.env, io.certificateChecks)
  throw new CliError('there is no configuration to serve', {
    exitCode: exitCodes.usage,
    nextStep: 'Give --config FILE, such as examples/quickstart.yaml, or set REGISTRAR_CONFIG.',
  })
}

interface Source {
  readonly load: () => Promise<Configuration>
  /** What the server was started with. */
  readonly inUse: Configuration
}

async function runUntilStopped(io: Io, running: RunningServer, source: Source): Promise<void> {
  const stopReloading = io.onSignal('SIGHUP', () => void reload(io, running, source))
  const listening: (() => void)[] = []
  await new Promise<void>((stopped) => {
    listening.push(io.onSignal('SIGTERM', stopped), io.onSignal('SIGINT', stopped))
  })
  for (const forget of [...listening, stopReloading]) forget()
  await running.stop()
}

/** A configuration that is no good changes nothing: the server goes on with the one it has. */
async function reload(io: Io, running: RunningServer, { load, inUse }: Source): Promise<void> {
  try {
    const next = await load()
    await running.reload(next)
    const waiting = settingsForNextStart(inUse, next)
    io.writeError('configuration reloaded\n')
    if (waiting.length > 0) io.writeError(`changed as well, and in effect after a restart: ${waiting.join(', ')}\n`)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    io.writeError(`configuration not reloaded; the server goes on with the one before\n${reason}\n`)
  }
}
