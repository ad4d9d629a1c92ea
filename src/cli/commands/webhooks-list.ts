import { Command } from 'commander'
import { type AdminOptions, openAdminApi } from '../admin-api.ts'
import { example, withAdminOptions } from '../common-options.ts'
import type { Io } from '../io.ts'
import { printList } from '../output.ts'
import { webhookView } from '../views.ts'

export function webhooksList(io: Io): Command {
  const command = withAdminOptions(new Command('list').description('List the webhooks of a realm')).action(
    async (options: AdminOptions) => {
      const api = await openAdminApi(io, options)
      printList(io, await api.list('webhooks', {}), webhookView, options)
    },
  )
  return example(command, 'registrar webhooks list')
}
