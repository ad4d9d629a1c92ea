import { Command, Option } from 'commander'
import { type AdminOptions, openAdminApi } from '../admin-api.ts'
import { example, wholeNumber, withAdminOptions } from '../common-options.ts'
import type { Io } from '../io.ts'
import { printList } from '../output.ts'
import { agentView } from '../views.ts'

interface Options extends AdminOptions {
  readonly name?: string
  readonly owner?: string
  readonly state?: string
  readonly limit: number
}

export function agentsList(io: Io): Command {
  const command = withAdminOptions(new Command('list').description('List the agents of a realm, newest first'))
    .option('--name <part>', 'only those whose name contains this, in any case')
    .option('--owner <id>', 'only those that this user answers for')
    .addOption(new Option('--state <state>', 'only those in this state').choices(['active', 'pending', 'suspended']))
    .addOption(new Option('--limit <number>', 'how many at most').argParser(wholeNumber(1, 1_000_000)).default(100))
    .action(async ({ name, owner, state, limit, ...options }: Options) => {
      const api = await openAdminApi(io, options)
      printList(io, await api.list('agents', { name, owner, state }, limit), agentView, options)
    })
  return example(command, 'registrar agents list --name concierge')
}
