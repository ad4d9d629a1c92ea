import { Command, Option } from 'commander'
import { type AdminOptions, openAdminApi } from '../admin-api.ts'
import { example, wholeNumber, withAdminOptions } from '../common-options.ts'
import type { Io } from '../io.ts'
import { printList } from '../output.ts'
import { privilegeView } from '../views.ts'

interface Options extends AdminOptions {
  readonly agent?: string
  readonly resource?: string
  readonly subject?: string
  readonly limit: number
}

export function privilegesList(io: Io): Command {
  const command = withAdminOptions(new Command('list').description('List the privileges of agents, newest first'))
    .option('--agent <id>', 'only those of this agent')
    .option('--resource <name>', 'only those at this application or protected resource')
    .option('--subject <id>', 'only those that name this user')
    .addOption(new Option('--limit <number>', 'how many at most').argParser(wholeNumber(1, 1_000_000)).default(100))
    .action(async ({ agent, resource, subject, limit, ...options }: Options) => {
      const api = await openAdminApi(io, options)
      printList(io, await api.list('agent-privileges', { agent, resource, subject }, limit), privilegeView, options)
    })
  return example(command, 'registrar privileges list --resource crm')
}
