import { Command } from 'commander'
import { type AdminOptions, openAdminApi } from '../admin-api.ts'
import { example, withAdminOptions } from '../common-options.ts'
import type { Io } from '../io.ts'
import { printList } from '../output.ts'
import { policyTypeView } from '../views.ts'

export function policiesTypes(io: Io): Command {
  const command = withAdminOptions(
    new Command('types').description('List the policies that there are; -o json has the form of their options'),
  ).action(async (options: AdminOptions) => {
    const api = await openAdminApi(io, options)
    printList(io, await api.list('policy-types', {}), policyTypeView, options)
  })
  return example(command, 'registrar policies types')
}
