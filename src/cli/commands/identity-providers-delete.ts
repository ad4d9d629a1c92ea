import { Command } from 'commander'
import { type AdminOptions, openAdminApi } from '../admin-api.ts'
import { example, withAdminOptions } from '../common-options.ts'
import type { Io } from '../io.ts'
import { printItem } from '../output.ts'
import { identityProviderView } from '../views.ts'

export function identityProvidersDelete(io: Io): Command {
  const command = withAdminOptions(
    new Command('delete').description('Let nobody sign in at a provider any more; accounts and their links stay'),
  )
    .argument('<id>')
    .action(async (id: string, options: AdminOptions) => {
      const api = await openAdminApi(io, options)
      await api.delete(`identity-providers/${encodeURIComponent(id)}`)
      printItem(io, { id, deleted: true }, identityProviderView, options)
    })
  return example(command, 'registrar identity-providers delete company')
}
