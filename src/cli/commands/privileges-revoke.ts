import { Command } from 'commander'
import { type AdminOptions, openAdminApi } from '../admin-api.ts'
import { example, withAdminOptions } from '../common-options.ts'
import type { Io } from '../io.ts'
import { printItem } from '../output.ts'
import { privilegeView } from '../views.ts'

export function privilegesRevoke(io: Io): Command {
  const command = withAdminOptions(
    new Command('revoke').description('Take a privilege away: the next exchange that needs it is refused'),
  )
    .argument('<id>')
    .action(async (id: string, options: AdminOptions) => {
      const api = await openAdminApi(io, options)
      await api.delete(`agent-privileges/${encodeURIComponent(id)}`)
      printItem(io, { id, revoked: true }, privilegeView, options)
    })
  return example(command, 'registrar privileges revoke 0192f0a1-7c5e-7b3a-9d2e-3f1c2a4b5d6e')
}
