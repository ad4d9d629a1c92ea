import { Command } from 'commander'
import { type AdminOptions, openAdminApi } from '../admin-api.ts'
import { example, withAdminOptions } from '../common-options.ts'
import type { Io } from '../io.ts'
import { printList } from '../output.ts'
import { policyView } from '../views.ts'

export function policiesOrder(io: Io): Command {
  const command = withAdminOptions(
    new Command('order').description('Put the policies in order; those of the configuration file stay in front'),
  )
    .argument('<ids...>', 'each that is not of the file, once')
    .action(async (ids: readonly string[], options: AdminOptions) => {
      const api = await openAdminApi(io, options)
      await api.put('policies/order', { ids })
      printList(io, await api.list('policies', {}), policyView, options)
    })
  return example(command, 'registrar policies order trusted-hosts short-names')
}
