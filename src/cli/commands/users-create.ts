import { Command } from 'commander'
import { type AdminOptions, openAdminApi } from '../admin-api.ts'
import { example, withAdminOptions } from '../common-options.ts'
import type { Io } from '../io.ts'
import { printItem } from '../output.ts'
import { readJsonObject } from '../read-json.ts'
import { userView } from '../views.ts'

export function usersCreate(io: Io): Command {
  const command = withAdminOptions(new Command('create').description('Add somebody who can sign in'))
    .argument('<file>', 'JSON file (- for stdin) with username, password, claims and active')
    .action(async (file: string, options: AdminOptions) => {
      const api = await openAdminApi(io, options)
      printItem(io, await api.post('users', await readJsonObject(io, file)), userView, options)
    })
  return example(command, 'registrar users create ada.json --realm acme')
}
