import { Command } from 'commander'
import { type AdminOptions, openAdminApi } from '../admin-api.ts'
import { example, withAdminOptions } from '../common-options.ts'
import type { Io } from '../io.ts'
import { printItem } from '../output.ts'
import { readJsonObject } from '../read-json.ts'
import { policyView } from '../views.ts'

export function policiesUpdate(io: Io): Command {
  const command = withAdminOptions(new Command('update').description('Replace a policy; it keeps its place'))
    .argument('<id>')
    .argument('<file>', 'JSON file (- for stdin) with policy and options')
    .action(async (id: string, file: string, options: AdminOptions) => {
      const api = await openAdminApi(io, options)
      printItem(io, await api.put(`policies/${encodeURIComponent(id)}`, await readJsonObject(io, file)), policyView, options)
    })
  return example(command, 'registrar policies update trusted-hosts trusted-hosts.json')
}
