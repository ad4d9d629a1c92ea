import { Command } from 'commander'
import { type AdminOptions, openAdminApi } from '../admin-api.ts'
import { example, withAdminOptions } from '../common-options.ts'
import type { Io } from '../io.ts'
import { printItem } from '../output.ts'
import { resourceView } from '../views.ts'

export function resourcesDelete(io: Io): Command {
  const command = withAdminOptions(new Command('delete').description('Let no more tokens be made for a protected resource'))
    .argument('<id>')
    .action(async (id: string, options: AdminOptions) => {
      const api = await openAdminApi(io, options)
      await api.delete(`resources/${encodeURIComponent(id)}`)
      printItem(io, { id, deleted: true }, resourceView, options)
    })
  return example(command, 'registrar resources delete tools')
}
