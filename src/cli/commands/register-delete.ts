import { Command } from 'commander'
import { example } from '../common-options.ts'
import { forgetCredentials } from '../credentials-file.ts'
import type { Io } from '../io.ts'
import { printItem } from '../output.ts'
import { type OwnClientOptions, openOwnClient, withOwnClientOptions } from '../own-client.ts'

export function registerDelete(io: Io): Command {
  const command = withOwnClientOptions(
    new Command('delete').description('Delete the registration of a client (RFC 7592 §2.3)'),
  ).action(async (options: OwnClientOptions) => {
    const own = await openOwnClient(io, options)
    await own.call('DELETE')
    if (options.credentials !== undefined) await forgetCredentials(options.credentials)
    printItem(io, { registration_client_uri: own.uri, deleted: true }, { name: () => own.uri }, options)
  })
  return example(command, 'registrar register delete --credentials client.json')
}
