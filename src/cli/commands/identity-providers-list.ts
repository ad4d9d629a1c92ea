import { Command } from 'commander'
import { type AdminOptions, openAdminApi } from '../admin-api.ts'
import { example, withAdminOptions } from '../common-options.ts'
import type { Io } from '../io.ts'
import { printList } from '../output.ts'
import { identityProviderView } from '../views.ts'

export function identityProvidersList(io: Io): Command {
  const command = withAdminOptions(
    new Command('list').description('List the providers that people of a realm sign in at'),
  ).action(async (options: AdminOptions) => {
    const api = await openAdminApi(io, options)
    printList(io, await api.list('identity-providers', {}), identityProviderView, options)
  })
  return example(command, 'registrar identity-providers list')
}
