import { Command } from 'commander'
import { type AdminOptions, openAdminApi } from '../admin-api.ts'
import { example, withAdminOptions } from '../common-options.ts'
import type { Io } from '../io.ts'
import { type Item, printList } from '../output.ts'
import { keyView } from '../views.ts'

export function keysList(io: Io): Command {
  const command = withAdminOptions(new Command('list').description('List the signing keys of a realm')).action(
    async (options: AdminOptions) => {
      const api = await openAdminApi(io, options)
      printList(io, (await api.get('keys'))['items'] as readonly Item[], keyView, options)
    },
  )
  return example(command, 'registrar keys list --realm default')
}
