import { Command } from 'commander'
import { type AdminOptions, openAdminApi } from '../admin-api.ts'
import { example, withAdminOptions } from '../common-options.ts'
import type { Io } from '../io.ts'
import { printList } from '../output.ts'
import { approvalView } from '../views.ts'

export function approvalsList(io: Io): Command {
  const command = withAdminOptions(new Command('list').description('List the clients that wait for an administrator')).action(
    async (options: AdminOptions) => {
      const api = await openAdminApi(io, options)
      printList(io, await api.list('clients', { state: 'pending' }), approvalView, options)
    },
  )
  return example(command, 'registrar approvals list')
}
