import { Command } from 'commander'
import { type AdminOptions, openAdminApi } from '../admin-api.ts'
import { example, withAdminOptions } from '../common-options.ts'
import type { Io } from '../io.ts'
import { printItem } from '../output.ts'
import { policyView } from '../views.ts'

export function policiesGet(io: Io): Command {
  const command = withAdminOptions(new Command('get').description('Show a policy with its options'))
    .argument('<id>')
    .action(async (id: string, options: AdminOptions) => {
      const api = await openAdminApi(io, options)
      printItem(io, await api.get(`policies/${encodeURIComponent(id)}`), policyView, options)
    })
  return example(command, 'registrar policies get trusted-hosts -o json')
}
