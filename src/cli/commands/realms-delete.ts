import { Command } from 'commander'
import { openAdminApi, type ServerOptions } from '../admin-api.ts'
import { example, withServerOptions } from '../common-options.ts'
import type { Io } from '../io.ts'
import { printItem } from '../output.ts'
import { realmView } from '../views.ts'

export function realmsDelete(io: Io): Command {
  const command = withServerOptions(new Command('delete').description('Remove a realm with everything in it'))
    .argument('<name>')
    .action(async (name: string, options: ServerOptions) => {
      const api = await openAdminApi(io, options)
      await api.delete(`realms/${encodeURIComponent(name)}`)
      printItem(io, { name, deleted: true }, realmView, options)
    })
  return example(command, 'registrar realms delete acme')
}
