import { Command } from 'commander'
import { type AdminOptions, openAdminApi } from '../admin-api.ts'
import { example, withAdminOptions } from '../common-options.ts'
import type { Io } from '../io.ts'
import { printList } from '../output.ts'
import { userView } from '../views.ts'

interface Options extends AdminOptions {
  readonly username?: string
  readonly inactive?: boolean
}

export function usersList(io: Io): Command {
  const command = withAdminOptions(new Command('list').description('List the people who can sign in, by user name'))
    .option('--username <text>', 'only those whose user name begins so')
    .option('--inactive', 'only those who cannot sign in any more')
    .action(async ({ username, inactive, ...options }: Options) => {
      const api = await openAdminApi(io, options)
      const query = { username, active: inactive === true ? 'false' : undefined }
      printList(io, await api.list('users', query), userView, options)
    })
  return example(command, 'registrar users list --realm acme --username a')
}
