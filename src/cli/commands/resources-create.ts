import { Command } from 'commander'
import { type AdminOptions, openAdminApi } from '../admin-api.ts'
import { example, withAdminOptions } from '../common-options.ts'
import type { Io } from '../io.ts'
import { printItem } from '../output.ts'
import { readJsonObject } from '../read-json.ts'
import { resourceView } from '../views.ts'

export function resourcesCreate(io: Io): Command {
  const command = withAdminOptions(new Command('create').description('Let tokens be made for a protected resource'))
    .argument('<file>', 'JSON file (- for stdin) with identifier and scopes')
    .action(async (file: string, options: AdminOptions) => {
      const api = await openAdminApi(io, options)
      printItem(io, await api.post('resources', await readJsonObject(io, file)), resourceView, options)
    })
  return example(command, 'registrar resources create tools.json')
}
