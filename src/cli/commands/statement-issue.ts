import { Command } from 'commander'
import { type AdminOptions, openAdminApi } from '../admin-api.ts'
import { type ClaimOptions, claimsOf, withClaimOptions } from '../claim-options.ts'
import { collect, duration, example, withAdminOptions } from '../common-options.ts'
import type { Io } from '../io.ts'
import { printItem } from '../output.ts'

interface Options extends AdminOptions, ClaimOptions {
  readonly alg?: string
  readonly expiresIn?: number
  readonly audience?: readonly string[]
}

export function statementIssue(io: Io): Command {
  const command = withClaimOptions(
    withAdminOptions(new Command('issue').description('Have a realm make a software statement, with its own signing key')),
  )
    .option('--alg <name>', 'one of the signing algorithms of the realm (default: the first)')
    .option('--expires-in <duration>', 'such as 10m or 30d (default: 1d)', duration)
    .option('--audience <issuer>', 'whom it is for; can be given several times (default: everybody)', collect)
    .action(async (options: Options) => {
      const { alg, expiresIn, audience } = options
      const api = await openAdminApi(io, options)
      const issued = await api.post('software-statements', {
        claims: await claimsOf(io, options),
        ...(alg === undefined ? {} : { alg }),
        ...(expiresIn === undefined ? {} : { lifetimeSeconds: Math.ceil(expiresIn / 1000) }),
        ...(audience === undefined ? {} : { audience }),
      })
      printItem(io, issued, { name: (item) => item['software_statement'] }, options)
    })
  return example(
    command,
    'registrar statement issue --name "My app" --redirect-uri https://app.example/cb --expires-in 10m -o name',
  )
}
