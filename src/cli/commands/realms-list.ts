import { Command } from 'commander'
import { openAdminApi, type ServerOptions } from '../admin-api.ts'
import { example, withServerOptions } from '../common-options.ts'
import type { Io } from '../io.ts'
import { printList } from '../output.ts'
import { realmView } from '../views.ts'

export function realmsList(io: Io): Command {
  const command = withServerOptions(new Command('list').description('List the realms that are served')).action(
    async (options: ServerOptions) => {
      const api = await openAdminApi(io, options)
      printList(io, await api.list('realms', {}), realmView, options)
    },
  )
  return example(command, 'registrar realms list')
}
