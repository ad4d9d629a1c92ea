import { Command } from 'commander'
import { type AdminOptions, openAdminApi } from '../admin-api.ts'
import { example, withAdminOptions } from '../common-options.ts'
import type { Io } from '../io.ts'
import { printItem } from '../output.ts'
import { clientView } from '../views.ts'

export function clientsGet(io: Io): Command {
  const command = withAdminOptions(new Command('get').description('Show a client; secrets are never shown'))
    .argument('<client_id>')
    .action(async (client_id: string, options: AdminOptions) => {
      const api = await openAdminApi(io, options)
      printItem(io, await api.get(`clients/${encodeURIComponent(client_id)}`), clientView, options)
    })
  return example(command, 'registrar clients get 01934c1e-7c3a-7000-8000-3f2a9c5d1e00 -o yaml')
}
