import { Command } from 'commander'
import { type AdminOptions, openAdminApi } from '../admin-api.ts'
import { CliError, exitCodes } from '../cli-error.ts'
import { example, withAdminOptions } from '../common-options.ts'
import type { Io } from '../io.ts'
import { type MetadataOptions, metadataOf, withMetadataOptions } from '../metadata-options.ts'
import { printItem } from '../output.ts'
import { clientView } from '../views.ts'

interface Options extends AdminOptions, MetadataOptions {
  readonly replace?: boolean
}

export function clientsUpdate(io: Io): Command {
  const command = withMetadataOptions(
    withAdminOptions(new Command('update').description('Change the metadata of a client; null in a file takes a member away')),
  )
    .argument('<client_id>')
    .option('--replace', 'what is not given goes back to its default, instead of staying as it is')
    .action(async (client_id: string, { replace, ...options }: Options) => {
      const metadata = await metadataOf(io, options)
      if (Object.keys(metadata).length === 0) throw nothingGiven()
      const api = await openAdminApi(io, options)
      const path = `clients/${encodeURIComponent(client_id)}`
      printItem(io, await (replace ? api.put(path, metadata) : api.patch(path, metadata)), clientView, options)
    })
  return example(command, 'registrar clients update 01934c1e-7c3a-7000-8000-3f2a9c5d1e00 --name "A better name"')
}

function nothingGiven(): CliError {
  const nextStep = 'Give members such as --name TEXT, or a file with --metadata FILE.'
  return new CliError('there is nothing to change', { exitCode: exitCodes.usage, nextStep })
}
