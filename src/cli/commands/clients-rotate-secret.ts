import { Command } from 'commander'
import { type AdminOptions, openAdminApi } from '../admin-api.ts'
import { example, withAdminOptions } from '../common-options.ts'
import type { Io } from '../io.ts'
import { printItem } from '../output.ts'

export function clientsRotateSecret(io: Io): Command {
  const command = withAdminOptions(
    new Command('rotate-secret').description(
      'Give a client a new secret, shown this once; the one before works on for the grace period',
    ),
  )
    .argument('<client_id>')
    .action(async (client_id: string, options: AdminOptions) => {
      const api = await openAdminApi(io, options)
      printItem(
        io,
        await api.post(`clients/${encodeURIComponent(client_id)}/rotate-secret`),
        { name: ({ client_secret }) => client_secret },
        options,
      )
    })
  return example(command, 'registrar clients rotate-secret 01934c1e-7c3a-7000-8000-3f2a9c5d1e00 -o name')
}
