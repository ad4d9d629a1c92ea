import { Command, Option } from 'commander'
import { openAdminApi, type ServerOptions } from '../admin-api.ts'
import { example, wholeNumber, withServerOptions } from '../common-options.ts'
import type { Io } from '../io.ts'
import { printItem } from '../output.ts'
import { readJsonObject } from '../read-json.ts'
import { realmView } from '../views.ts'

interface Options extends ServerOptions {
  readonly revision?: number
}

export function realmsUpdate(io: Io): Command {
  const command = withServerOptions(
    new Command('update').description('Replace what a realm is made of; what was added to it stays'),
  )
    .argument('<name>')
    .argument('<file>', 'JSON file (- for stdin) with what `realms.<name>` of the configuration file can have')
    .addOption(
      new Option('--revision <number>', 'that was looked at; refused where it is another one by now').argParser(
        wholeNumber(1, 999_999_999),
      ),
    )
    .action(async (name: string, file: string, { revision, ...options }: Options) => {
      const definition = await readJsonObject(io, file)
      const api = await openAdminApi(io, options)
      const body = { ...definition, ...(revision === undefined ? {} : { revision }) }
      printItem(io, await api.put(`realms/${encodeURIComponent(name)}`, body), realmView, options)
    })
  return example(command, 'registrar realms update acme acme.json')
}
