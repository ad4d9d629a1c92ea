import { Command } from 'commander'
import { type AdminOptions, openAdminApi } from '../admin-api.ts'
import { example, withAdminOptions } from '../common-options.ts'
import type { Io } from '../io.ts'
import { printItem } from '../output.ts'
import { userView } from '../views.ts'

export function usersDelete(io: Io): Command {
  const command = withAdminOptions(new Command('delete').description('Remove a user, who is signed out everywhere'))
    .argument('<id>')
    .action(async (id: string, options: AdminOptions) => {
      const api = await openAdminApi(io, options)
      await api.delete(`users/${encodeURIComponent(id)}`)
      printItem(io, { id, deleted: true }, userView, options)
    })
  return example(command, 'registrar users delete 01934c1e-7c3a-7000-8000-3f2a9c5d1e00')
}
