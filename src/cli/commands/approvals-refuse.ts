import { Command } from 'commander'
import { type AdminOptions, openAdminApi } from '../admin-api.ts'
import { example, revisionOption, withAdminOptions } from '../common-options.ts'
import type { Io } from '../io.ts'
import { printItem } from '../output.ts'
import { clientView } from '../views.ts'

interface Options extends AdminOptions {
  readonly note: string
  readonly revision?: number
}

export function approvalsRefuse(io: Io): Command {
  const command = withAdminOptions(new Command('refuse').description('Refuse a client that waits'))
    .argument('<client_id>')
    .requiredOption('--note <text>', 'why; told to the client')
    .addOption(revisionOption())
    .action(async (client_id: string, { note, revision, ...options }: Options) => {
      const api = await openAdminApi(io, options)
      printItem(
        io,
        await api.post(`clients/${encodeURIComponent(client_id)}/refuse`, {
          note,
          ...(revision === undefined ? {} : { revision }),
        }),
        clientView,
        options,
      )
    })
  return example(command, 'registrar approvals refuse 01934c1e-7c3a-7000-8000-3f2a9c5d1e00 --note "unknown party"')
}
