import { Command } from 'commander'
import { type AdminOptions, openAdminApi } from '../admin-api.ts'
import { example, withAdminOptions } from '../common-options.ts'
import type { Io } from '../io.ts'
import { printItem } from '../output.ts'
import { readJsonObject } from '../read-json.ts'
import { identityProviderView } from '../views.ts'

export function identityProvidersCreate(io: Io): Command {
  const command = withAdminOptions(new Command('create').description('Let people sign in at an OpenID Connect provider'))
    .argument('<file>', 'JSON file (- for stdin) with id, displayName, issuer, clientId and secret')
    .action(async (file: string, options: AdminOptions) => {
      const api = await openAdminApi(io, options)
      printItem(io, await api.post('identity-providers', await readJsonObject(io, file)), identityProviderView, options)
    })
  return example(command, 'registrar identity-providers create company.json')
}
