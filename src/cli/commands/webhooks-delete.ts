import { Command } from 'commander'
import { type AdminOptions, openAdminApi } from '../admin-api.ts'
import { example, withAdminOptions } from '../common-options.ts'
import type { Io } from '../io.ts'
import { printItem } from '../output.ts'
import { webhookView } from '../views.ts'

export function webhooksDelete(io: Io): Command {
  const command = withAdminOptions(new Command('delete').description('Remove a webhook'))
    .argument('<id>')
    .action(async (id: string, options: AdminOptions) => {
      const api = await openAdminApi(io, options)
      await api.delete(`webhooks/${encodeURIComponent(id)}`)
      printItem(io, { id, deleted: true }, webhookView, options)
    })
  return example(command, 'registrar webhooks delete onboarding')
}
