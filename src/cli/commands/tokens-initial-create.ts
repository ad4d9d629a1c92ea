import { Command, Option } from 'commander'
import { type AdminOptions, openAdminApi } from '../admin-api.ts'
import { collect, duration, example, wholeNumber, withAdminOptions } from '../common-options.ts'
import type { Io } from '../io.ts'
import { printItem } from '../output.ts'
import { readJsonObject } from '../read-json.ts'

interface Options extends AdminOptions {
  readonly label?: string
  readonly expiresIn?: number
  readonly uses?: number
  readonly defaults?: string
  readonly locked?: string
  readonly policy?: readonly string[]
}

export function tokensInitialCreate(io: Io): Command {
  const command = withAdminOptions(
    new Command('create').description('Create an initial access token; its value is shown this once'),
  )
    .option('--label <text>', 'what it is for')
    .addOption(new Option('--expires-in <duration>', 'such as 7d (default: does not expire)').argParser(duration))
    .addOption(
      new Option('--uses <number>', 'how often it works; 1 is one-time (default: any number)').argParser(
        wholeNumber(1, 1_000_000),
      ),
    )
    .option('--defaults <file>', 'JSON file (- for stdin) with metadata for clients that leave it out')
    .option('--locked <file>', 'JSON file (- for stdin) with metadata that clients cannot choose')
    .option('--policy <id>', 'a policy that its clients are bound to; can be given several times', collect)
    .action(async (options: Options) => {
      const api = await openAdminApi(io, options)
      const token = await api.post('initial-access-tokens', await orderOf(io, options))
      printItem(io, token, { name: ({ value }) => value }, options)
    })
  return example(command, 'registrar tokens initial create --label "CI of team A" --uses 1 --expires-in 1d -o name')
}

async function orderOf(
  io: Io,
  { label, expiresIn, uses, defaults, locked, policy }: Options,
): Promise<Readonly<Record<string, unknown>>> {
  return {
    ...(label === undefined ? {} : { label }),
    ...(expiresIn === undefined ? {} : { lifetimeSeconds: Math.ceil(expiresIn / 1000) }),
    ...(uses === undefined ? {} : { usesMax: uses }),
    ...(defaults === undefined ? {} : { defaults: await readJsonObject(io, defaults) }),
    ...(locked === undefined ? {} : { locked: await readJsonObject(io, locked) }),
    ...(policy === undefined ? {} : { policies: policy }),
  }
}
