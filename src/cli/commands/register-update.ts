import { Command } from 'commander'
import { example } from '../common-options.ts'
import type { Io } from '../io.ts'
import { type MetadataOptions, metadataOf, withMetadataOptions } from '../metadata-options.ts'
import { type Item, printItem } from '../output.ts'
import { type OwnClientOptions, openOwnClient, withOwnClientOptions } from '../own-client.ts'

interface Options extends OwnClientOptions, MetadataOptions {
  readonly replace?: boolean
}

export function registerUpdate(io: Io): Command {
  const command = withMetadataOptions(
    withOwnClientOptions(new Command('update').description('Change the registration of a client (RFC 7592 §2.2)')),
  )
    .option('--replace', 'what is not given is dropped, instead of staying as it is')
    .action(async (options: Options) => {
      const given = await metadataOf(io, options)
      const own = await openOwnClient(io, options)
      const current = await own.call('GET')
      const kept = options.replace ? {} : withoutServerMembers(current)
      const answer = await own.call('PUT', { ...kept, ...given, client_id: current['client_id'] })
      printItem(io, answer, { name: ({ client_id }) => client_id }, options)
    })
  return example(command, 'registrar register update --credentials client.json --name "A better name"')
}

/** RFC 7592 §2.2: an update does not contain what only the server issues. */
function withoutServerMembers(client: Item): Item {
  return Object.fromEntries(Object.entries(client).filter(([name]) => !serverMembers.includes(name)))
}

const serverMembers = [
  'client_secret',
  'client_secret_expires_at',
  'client_id_issued_at',
  'registration_access_token',
  'registration_client_uri',
]
