import { Command, Option } from 'commander'
import { type AdminOptions, openAdminApi } from '../admin-api.ts'
import { example, wholeNumber, withAdminOptions } from '../common-options.ts'
import type { Io } from '../io.ts'
import { printList } from '../output.ts'
import { deliveryView } from '../views.ts'

interface Options extends AdminOptions {
  readonly state?: string
  readonly webhook?: string
  readonly limit: number
}

export function webhooksDeliveries(io: Io): Command {
  const command = withAdminOptions(
    new Command('deliveries').description('List events that webhooks have not received yet, newest first'),
  )
    .addOption(new Option('--state <state>', 'only those that wait, or are given up').choices(['waiting', 'dead']))
    .option('--webhook <id>', 'only those for this webhook')
    .addOption(new Option('--limit <number>', 'how many at most').argParser(wholeNumber(1, 1_000_000)).default(100))
    .action(async ({ state, webhook, limit, ...options }: Options) => {
      const api = await openAdminApi(io, options)
      printList(io, await api.list('webhook-deliveries', { state, webhook }, limit), deliveryView, options)
    })
  return example(command, 'registrar webhooks deliveries --state dead')
}
