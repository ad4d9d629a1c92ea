import { Command } from 'commander'
import { type AdminOptions, openAdminApi } from '../admin-api.ts'
import { example, withAdminOptions } from '../common-options.ts'
import type { Io } from '../io.ts'
import { printList } from '../output.ts'
import { policyView } from '../views.ts'

export function policiesList(io: Io): Command {
  const command = withAdminOptions(
    new Command('list').description('List the policies of a realm, in the order in which they judge'),
  ).action(async (options: AdminOptions) => {
    const api = await openAdminApi(io, options)
    printList(io, await api.list('policies', {}), policyView, options)
  })
  return example(command, 'registrar policies list')
}
