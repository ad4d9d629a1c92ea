import { Command } from 'commander'
import { checkConfiguration } from '../../config/index.ts'
import { example } from '../common-options.ts'
import type { Io } from '../io.ts'

export function configCheck(io: Io): Command {
  const command = new Command('check')
    .description('Check a configuration file as `serve` would read it here, and say everything that is wrong with it')
    .argument('<file>')
    .option('--data <folder>', 'data folder')
    .action(async (file: string, { data }: { readonly data?: string }) => {
      const configuration = await checkConfiguration(file, data === undefined ? {} : { data }, io.env, io.certificateChecks)
      const realms = configuration.realms.map(({ name }) => name).join(', ')
      io.write(`${file}: valid (mode ${configuration.mode}, issuer ${configuration.publicUrl}, realms ${realms})\n`)
    })
  return example(command, 'registrar config check examples/production.yaml')
}
