import { Command } from 'commander'
import { type AdminOptions, openAdminApi } from '../admin-api.ts'
import { example, withAdminOptions } from '../common-options.ts'
import type { Io } from '../io.ts'
import { printItem } from '../output.ts'

export function clientsRotateToken(io: Io): Command {
  const command = withAdminOptions(
    new Command('rotate-token').description(
      'Give a client a new registration access token, shown this once; those before end at once',
    ),
  )
    .argument('<client_id>')
    .action(async (client_id: string, options: AdminOptions) => {
      const api = await openAdminApi(io, options)
      printItem(
        io,
        await api.post(`clients/${encodeURIComponent(client_id)}/rotate-registration-access-token`),
        { name: ({ registration_access_token }) => registration_access_token },
        options,
      )
    })
  return example(command, 'registrar clients rotate-token 01934c1e-7c3a-7000-8000-3f2a9c5d1e00 -o name')
}
