import { Command } from 'commander'
import { type AdminOptions, openAdminApi } from '../admin-api.ts'
import { example, withAdminOptions } from '../common-options.ts'
import type { Io } from '../io.ts'
import { printItem } from '../output.ts'
import { clientView } from '../views.ts'

export function clientsResume(io: Io): Command {
  const command = withAdminOptions(new Command('resume').description('Resume a suspended client'))
    .argument('<client_id>')
    .action(async (client_id: string, options: AdminOptions) => {
      const api = await openAdminApi(io, options)
      printItem(io, await api.post(`clients/${encodeURIComponent(client_id)}/resume`), clientView, options)
    })
  return example(command, 'registrar clients resume 01934c1e-7c3a-7000-8000-3f2a9c5d1e00')
}
