import { Command } from 'commander'
import { example } from '../common-options.ts'
import type { Io } from '../io.ts'
import { printItem } from '../output.ts'
import { type OwnClientOptions, openOwnClient, withOwnClientOptions } from '../own-client.ts'

export function registerRead(io: Io): Command {
  const command = withOwnClientOptions(
    new Command('read').description('Read the registration of a client (RFC 7592 §2.1)'),
  ).action(async (options: OwnClientOptions) => {
    const own = await openOwnClient(io, options)
    printItem(io, await own.call('GET'), { name: ({ client_id }) => client_id }, options)
  })
  return example(command, 'registrar register read --credentials client.json')
}
