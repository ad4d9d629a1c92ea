import { Command } from 'commander'
import { openAdminApi, type ServerOptions } from '../admin-api.ts'
import { example, withServerOptions } from '../common-options.ts'
import type { Io } from '../io.ts'
import { printItem } from '../output.ts'
import { readJsonObject } from '../read-json.ts'
import { realmView } from '../views.ts'

export function realmsCreate(io: Io): Command {
  const command = withServerOptions(new Command('create').description('Make a realm, with keys, clients and users of its own'))
    .argument('<name>', 'of small letters, digits and hyphens')
    .argument('[file]', 'JSON file (- for stdin) with what `realms.<name>` of the configuration file can have (default: nothing)')
    .action(async (name: string, file: string | undefined, options: ServerOptions) => {
      const definition = file === undefined ? {} : await readJsonObject(io, file)
      const api = await openAdminApi(io, options)
      printItem(io, await api.post('realms', { ...definition, name }), realmView, options)
    })
  return example(command, 'registrar realms create acme acme.json')
}
