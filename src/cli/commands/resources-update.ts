import { Command } from 'commander'
import { type AdminOptions, openAdminApi } from '../admin-api.ts'
import { example, withAdminOptions } from '../common-options.ts'
import type { Io } from '../io.ts'
import { printItem } from '../output.ts'
import { readJsonObject } from '../read-json.ts'
import { resourceView } from '../views.ts'

export function resourcesUpdate(io: Io): Command {
  const command = withAdminOptions(new Command('update').description('Replace what is known of a protected resource'))
    .argument('<id>')
    .argument('<file>', 'JSON file (- for stdin) with identifier and scopes')
    .action(async (id: string, file: string, options: AdminOptions) => {
      const api = await openAdminApi(io, options)
      printItem(io, await api.put(`resources/${encodeURIComponent(id)}`, await readJsonObject(io, file)), resourceView, options)
    })
  return example(command, 'registrar resources update tools tools.json')
}
