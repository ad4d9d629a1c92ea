import { Command } from 'commander'
import { type AdminOptions, openAdminApi } from '../admin-api.ts'
import { example, withAdminOptions } from '../common-options.ts'
import type { Io } from '../io.ts'
import { printItem } from '../output.ts'
import { initialAccessTokenView } from '../views.ts'

export function tokensInitialRevoke(io: Io): Command {
  const command = withAdminOptions(
    new Command('revoke').description('Revoke an initial access token; clients that it let in stay'),
  )
    .argument('<id>')
    .action(async (id: string, options: AdminOptions) => {
      const api = await openAdminApi(io, options)
      await api.delete(`initial-access-tokens/${encodeURIComponent(id)}`)
      printItem(io, { id, revoked: true }, initialAccessTokenView, options)
    })
  return example(command, 'registrar tokens initial revoke 01934c1e-7c3a-7000-8000-3f2a9c5d1e00')
}
