import { Command } from 'commander'
import { type AdminOptions, openAdminApi } from '../admin-api.ts'
import { example, withAdminOptions } from '../common-options.ts'
import type { Io } from '../io.ts'
import { printItem } from '../output.ts'
import { readJsonObject } from '../read-json.ts'
import { identityProviderView } from '../views.ts'

export function identityProvidersUpdate(io: Io): Command {
  const command = withAdminOptions(
    new Command('update').description('Replace what is known of a provider; its secret stays if left out'),
  )
    .argument('<id>')
    .argument('<file>', 'JSON file (- for stdin) with displayName, issuer, clientId and what else there is')
    .action(async (id: string, file: string, options: AdminOptions) => {
      const api = await openAdminApi(io, options)
      printItem(
        io,
        await api.put(`identity-providers/${encodeURIComponent(id)}`, await readJsonObject(io, file)),
        identityProviderView,
        options,
      )
    })
  return example(command, 'registrar identity-providers update company company.json')
}
