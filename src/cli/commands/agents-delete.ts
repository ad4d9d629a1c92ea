import { Command } from 'commander'
import { type AdminOptions, openAdminApi } from '../admin-api.ts'
import { example, withAdminOptions } from '../common-options.ts'
import type { Io } from '../io.ts'
import { printItem } from '../output.ts'
import { agentView } from '../views.ts'

export function agentsDelete(io: Io): Command {
  const command = withAdminOptions(
    new Command('delete').description('Remove an agent with its client, its privileges and everything else that it holds'),
  )
    .argument('<id>', 'of the agent, not of its client')
    .action(async (id: string, options: AdminOptions) => {
      const api = await openAdminApi(io, options)
      await api.delete(`agents/${encodeURIComponent(id)}`)
      printItem(io, { id, deleted: true }, agentView, options)
    })
  return example(command, 'registrar agents delete 0192f0a1-7c5e-7b3a-9d2e-3f1c2a4b5d6e')
}
