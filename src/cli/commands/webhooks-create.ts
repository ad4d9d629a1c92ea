import { Command } from 'commander'
import { type AdminOptions, openAdminApi } from '../admin-api.ts'
import { example, withAdminOptions } from '../common-options.ts'
import type { Io } from '../io.ts'
import { printItem } from '../output.ts'
import { readJsonObject } from '../read-json.ts'
import { webhookView } from '../views.ts'

export function webhooksCreate(io: Io): Command {
  const command = withAdminOptions(new Command('create').description('Send what happens to clients to a URL'))
    .argument('<file>', 'JSON file (- for stdin) with id, url and secret, and the events that are wanted')
    .action(async (file: string, options: AdminOptions) => {
      const api = await openAdminApi(io, options)
      printItem(io, await api.post('webhooks', await readJsonObject(io, file)), webhookView, options)
    })
  return example(command, 'registrar webhooks create onboarding.json')
}
