import { Command } from 'commander'
import { type AdminOptions, openAdminApi } from '../admin-api.ts'
import { example, withAdminOptions } from '../common-options.ts'
import type { Io } from '../io.ts'
import { type Item, printList } from '../output.ts'
import { keyView } from '../views.ts'

interface Options extends AdminOptions {
  readonly alg?: string
  readonly immediately?: boolean
}

export function keysRotate(io: Io): Command {
  const command = withAdminOptions(
    new Command('rotate').description('Make new signing keys; they sign once every copy of the JWKS knows them'),
  )
    .option('--alg <name>', 'only for this algorithm (default: every one of the realm)')
    .option('--immediately', 'sign at once: for a key that has leaked')
    .action(async ({ alg, immediately, ...options }: Options) => {
      const api = await openAdminApi(io, options)
      const order = { ...(alg === undefined ? {} : { alg }), ...(immediately === undefined ? {} : { immediately }) }
      printList(io, (await api.post('keys/rotate', order))['items'] as readonly Item[], keyView, options)
    })
  return example(command, 'registrar keys rotate --alg ES256')
}
