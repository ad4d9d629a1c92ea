import { Command } from 'commander'
import { type AdminOptions, openAdminApi } from '../admin-api.ts'
import { example, withAdminOptions } from '../common-options.ts'
import type { Io } from '../io.ts'
import { printList } from '../output.ts'
import { resourceView } from '../views.ts'

export function resourcesList(io: Io): Command {
  const command = withAdminOptions(new Command('list').description('List the protected resources of a realm')).action(
    async (options: AdminOptions) => {
      const api = await openAdminApi(io, options)
      printList(io, await api.list('resources', {}), resourceView, options)
    },
  )
  return example(command, 'registrar resources list')
}
