import { Command } from 'commander'
import { type AdminOptions, openAdminApi } from '../admin-api.ts'
import { example, withAdminOptions } from '../common-options.ts'
import type { Io } from '../io.ts'
import { printList } from '../output.ts'
import { trustedCaView } from '../views.ts'

export function trustList(io: Io): Command {
  const command = withAdminOptions(new Command('list').description('List the trusted certificate authorities')).action(
    async (options: AdminOptions) => {
      const api = await openAdminApi(io, options)
      printList(io, await api.list('trusted-cas', {}), trustedCaView, options)
    },
  )
  return example(command, 'registrar trust list')
}
