import { Command, Option } from 'commander'
import { type AdminOptions, openAdminApi } from '../admin-api.ts'
import { example, wholeNumber, withAdminOptions } from '../common-options.ts'
import type { Io } from '../io.ts'
import { printList } from '../output.ts'
import { clientView } from '../views.ts'

interface Options extends AdminOptions {
  readonly name?: string
  readonly state?: string
  readonly channel?: string
  readonly softwareId?: string
  readonly property?: string
  readonly limit: number
}

export function clientsList(io: Io): Command {
  const command = withAdminOptions(new Command('list').description('List registered clients, newest first'))
    .option('--name <part>', 'only those whose name contains this, in any case')
    .addOption(new Option('--state <state>', 'only those in this state').choices(['active', 'pending', 'suspended']))
    .option('--channel <channel>', 'only those that came this way, such as open or initial-access-token')
    .option('--software-id <id>', 'only those of this software')
    .option('--property <name=value>', 'only those with this value of an extended property')
    .addOption(new Option('--limit <number>', 'how many at most').argParser(wholeNumber(1, 1_000_000)).default(100))
    .action(async ({ name, state, channel, softwareId, property, limit, ...options }: Options) => {
      const api = await openAdminApi(io, options)
      const clients = await api.list('clients', { name, state, channel, software_id: softwareId, property }, limit)
      printList(io, clients, clientView, options)
    })
  return example(command, 'registrar clients list --name cursor -o json')
}
