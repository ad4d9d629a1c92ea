import { Command, Option } from 'commander'
import { type AdminOptions, openAdminApi } from '../admin-api.ts'
import { example, wholeNumber, withAdminOptions } from '../common-options.ts'
import type { Io } from '../io.ts'
import { type Item, printItem, table, time } from '../output.ts'
import { violationsText } from '../preview-text.ts'
import { readChain } from '../read-chain.ts'

interface Options extends AdminOptions {
  readonly limit: number
}

export function policiesReplay(io: Io): Command {
  const command = withAdminOptions(
    new Command('replay').description('Judge the last registration requests by other policies: which answers would differ'),
  )
    .argument('<file>', 'YAML or JSON file (- for stdin) with policies in order')
    .addOption(new Option('--limit <number>', 'how many requests').argParser(wholeNumber(1, 1000)).default(100))
    .action(async (file: string, { limit, ...options }: Options) => {
      const api = await openAdminApi(io, options)
      const replay = await api.post('registrations/replay', { policies: await readChain(io, file), limit })
      if (options.output !== 'table') printItem(io, replay, { name: ({ differing }) => differing }, options)
      else if (options.quiet !== true) io.write(replayText(replay))
    })
  return example(command, 'registrar policies replay stricter.yaml --limit 500')
}

function replayText({ attempts, differing }: Item): string {
  const all = attempts as readonly Item[]
  const end = `${String(differing)} of ${all.length} answers would differ\n`
  return differing === 0
    ? end
    : `${table(
        all.filter(({ differs }) => differs === true),
        { columns },
      )}\n${end}`
}

const columns = {
  AT: ({ at }: Item) => time(at),
  REQUEST: ({ id }: Item) => id,
  BEFORE: ({ before }: Item) => (before as Item)['outcome'],
  AFTER: ({ after }: Item) => (after as Item)['outcome'],
  WHY: (attempt: Item) => whyOf(attempt),
}

/** The rules that are broken now; of what is no longer refused, those that were. */
function whyOf({ before, after }: Item): string {
  return violationsText((after as Item)['violations']) || violationsText((before as Item)['violations'])
}
