import { Command } from 'commander'
import { type AdminOptions, openAdminApi } from '../admin-api.ts'
import { example, withAdminOptions } from '../common-options.ts'
import type { Io } from '../io.ts'
import { printItem } from '../output.ts'
import { readJsonObject } from '../read-json.ts'
import { policyView } from '../views.ts'

export function policiesCreate(io: Io): Command {
  const command = withAdminOptions(new Command('create').description('Add a policy; it judges last'))
    .argument('<file>', 'JSON file (- for stdin) with id, policy and options')
    .action(async (file: string, options: AdminOptions) => {
      const api = await openAdminApi(io, options)
      printItem(io, await api.post('policies', await readJsonObject(io, file)), policyView, options)
    })
  return example(command, 'registrar policies create trusted-hosts.json')
}
