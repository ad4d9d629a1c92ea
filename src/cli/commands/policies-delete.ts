import { Command } from 'commander'
import { type AdminOptions, openAdminApi } from '../admin-api.ts'
import { example, withAdminOptions } from '../common-options.ts'
import type { Io } from '../io.ts'
import { printItem } from '../output.ts'
import { policyView } from '../views.ts'

export function policiesDelete(io: Io): Command {
  const command = withAdminOptions(new Command('delete').description('Remove a policy'))
    .argument('<id>')
    .action(async (id: string, options: AdminOptions) => {
      const api = await openAdminApi(io, options)
      await api.delete(`policies/${encodeURIComponent(id)}`)
      printItem(io, { id, deleted: true }, policyView, options)
    })
  return example(command, 'registrar policies delete trusted-hosts')
}
