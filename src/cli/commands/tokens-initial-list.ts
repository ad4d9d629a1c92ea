import { Command, Option } from 'commander'
import { type AdminOptions, openAdminApi } from '../admin-api.ts'
import { example, wholeNumber, withAdminOptions } from '../common-options.ts'
import type { Io } from '../io.ts'
import { printList } from '../output.ts'
import { initialAccessTokenView } from '../views.ts'

export function tokensInitialList(io: Io): Command {
  const command = withAdminOptions(new Command('list').description('List initial access tokens, without their values'))
    .addOption(new Option('--limit <number>', 'how many at most').argParser(wholeNumber(1, 1_000_000)).default(100))
    .action(async ({ limit, ...options }: AdminOptions & { readonly limit: number }) => {
      const api = await openAdminApi(io, options)
      printList(io, await api.list('initial-access-tokens', {}, limit), initialAccessTokenView, options)
    })
  return example(command, 'registrar tokens initial list')
}
