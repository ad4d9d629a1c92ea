import { Command } from 'commander'
import { type AdminOptions, openAdminApi } from '../admin-api.ts'
import { example, withAdminOptions } from '../common-options.ts'
import type { Io } from '../io.ts'
import { printItem } from '../output.ts'
import { deliveryView } from '../views.ts'

export function webhooksRetry(io: Io): Command {
  const command = withAdminOptions(new Command('retry').description('Try a delivery again that was given up'))
    .argument('<id>')
    .action(async (id: string, options: AdminOptions) => {
      const api = await openAdminApi(io, options)
      await api.post(`webhook-deliveries/${encodeURIComponent(id)}/retry`)
      printItem(io, { id, due: true }, deliveryView, options)
    })
  return example(command, 'registrar webhooks retry "$(registrar webhooks deliveries --state dead --limit 1 -o name)"')
}
