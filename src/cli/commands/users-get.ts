import { Command } from 'commander'
import { type AdminOptions, openAdminApi } from '../admin-api.ts'
import { example, withAdminOptions } from '../common-options.ts'
import type { Io } from '../io.ts'
import { printItem } from '../output.ts'
import { userView } from '../views.ts'

export function usersGet(io: Io): Command {
  const command = withAdminOptions(new Command('get').description('Show a user'))
    .argument('<id>')
    .action(async (id: string, options: AdminOptions) => {
      const api = await openAdminApi(io, options)
      printItem(io, await api.get(`users/${encodeURIComponent(id)}`), userView, options)
    })
  return example(command, 'registrar users get 01934c1e-7c3a-7000-8000-3f2a9c5d1e00')
}
