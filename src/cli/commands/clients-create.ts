import { Command } from 'commander'
import { type AdminOptions, openAdminApi } from '../admin-api.ts'
import { example, withAdminOptions } from '../common-options.ts'
import type { Io } from '../io.ts'
import { printItem } from '../output.ts'
import { readJsonObject } from '../read-json.ts'
import { clientView } from '../views.ts'

export function clientsCreate(io: Io): Command {
  const command = withAdminOptions(new Command('create').description('Create a client; its secret is shown this once'))
    .argument('<file>', 'JSON file (- for stdin) with client metadata, and client_id and firstParty where wanted')
    .action(async (file: string, options: AdminOptions) => {
      const api = await openAdminApi(io, options)
      printItem(io, await api.post('clients', await readJsonObject(io, file)), clientView, options)
    })
  return example(command, 'registrar clients create client.json -o json')
}
