import { Command } from 'commander'
import { openAdminApi, type ServerOptions } from '../admin-api.ts'
import { example, withServerOptions } from '../common-options.ts'
import type { Io } from '../io.ts'
import { type Item, printList } from '../output.ts'
import { nodeView } from '../views.ts'

interface Options extends ServerOptions {
  readonly realm?: string
}

export function nodesList(io: Io): Command {
  const command = withServerOptions(new Command('list').description('List the nodes, and which revision of each realm they run'))
    .option('--realm <name>', 'look at this realm alone')
    .action(async ({ realm, ...options }: Options) => {
      const api = await openAdminApi(io, options)
      const query = realm === undefined ? '' : `?${new URLSearchParams({ realm })}`
      printList(io, (await api.get(`nodes${query}`))['items'] as readonly Item[], nodeView, options)
    })
  return example(command, 'registrar nodes list')
}
