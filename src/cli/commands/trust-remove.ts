import { Command } from 'commander'
import { type AdminOptions, openAdminApi } from '../admin-api.ts'
import { example, withAdminOptions } from '../common-options.ts'
import type { Io } from '../io.ts'
import { printItem } from '../output.ts'
import { trustedCaView } from '../views.ts'

export function trustRemove(io: Io): Command {
  const command = withAdminOptions(new Command('remove').description('Trust a certificate authority no longer'))
    .argument('<id>')
    .action(async (id: string, options: AdminOptions) => {
      const api = await openAdminApi(io, options)
      await api.delete(`trusted-cas/${encodeURIComponent(id)}`)
      printItem(io, { id, deleted: true }, trustedCaView, options)
    })
  return example(command, 'registrar trust remove directory')
}
