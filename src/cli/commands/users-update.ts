import { Command } from 'commander'
import { type AdminOptions, openAdminApi } from '../admin-api.ts'
import { example, withAdminOptions } from '../common-options.ts'
import type { Io } from '../io.ts'
import { printItem } from '../output.ts'
import { readJsonObject } from '../read-json.ts'
import { userView } from '../views.ts'

export function usersUpdate(io: Io): Command {
  const command = withAdminOptions(new Command('update').description('Replace a user; a password that is left out stays'))
    .argument('<id>')
    .argument('<file>', 'JSON file (- for stdin) with username, password, claims and active')
    .action(async (id: string, file: string, options: AdminOptions) => {
      const api = await openAdminApi(io, options)
      printItem(io, await api.put(`users/${encodeURIComponent(id)}`, await readJsonObject(io, file)), userView, options)
    })
  return example(command, 'registrar users update 01934c1e-7c3a-7000-8000-3f2a9c5d1e00 ada.json')
}
