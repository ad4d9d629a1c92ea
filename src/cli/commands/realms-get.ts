import { Command } from 'commander'
import { openAdminApi, type ServerOptions } from '../admin-api.ts'
import { example, withServerOptions } from '../common-options.ts'
import type { Io } from '../io.ts'
import { printItem } from '../output.ts'
import { realmView } from '../views.ts'

export function realmsGet(io: Io): Command {
  const command = withServerOptions(new Command('get').description('Show a realm, and what it was made of'))
    .argument('<name>')
    .action(async (name: string, options: ServerOptions) => {
      const api = await openAdminApi(io, options)
      printItem(io, await api.get(`realms/${encodeURIComponent(name)}`), realmView, options)
    })
  return example(command, 'registrar realms get acme -o json')
}
