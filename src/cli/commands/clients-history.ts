import { Command, Option } from 'commander'
import { type AdminOptions, openAdminApi } from '../admin-api.ts'
import { example, wholeNumber, withAdminOptions } from '../common-options.ts'
import type { Io } from '../io.ts'
import { printList } from '../output.ts'
import { revisionView } from '../views.ts'

export function clientsHistory(io: Io): Command {
  const command = withAdminOptions(
    new Command('history').description('List what a client is and was, newest first; of a client that is gone, too'),
  )
    .argument('<client_id>')
    .addOption(new Option('--limit <number>', 'how many at most').argParser(wholeNumber(1, 1_000_000)).default(100))
    .action(async (client_id: string, { limit, ...options }: AdminOptions & { readonly limit: number }) => {
      const api = await openAdminApi(io, options)
      printList(io, await api.list(`clients/${encodeURIComponent(client_id)}/history`, {}, limit), revisionView, options)
    })
  return example(command, 'registrar clients history 01934c1e-7c3a-7000-8000-3f2a9c5d1e00')
}
