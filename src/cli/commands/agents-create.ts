import { Command } from 'commander'
import { type AdminOptions, openAdminApi } from '../admin-api.ts'
import { collect, example, withAdminOptions } from '../common-options.ts'
import type { Io } from '../io.ts'
import { printItem } from '../output.ts'
import { readJsonObject } from '../read-json.ts'
import { agentView } from '../views.ts'

interface Options extends AdminOptions {
  readonly metadata?: string
  readonly client?: string
  readonly name?: string
  readonly description?: string
  readonly owner?: readonly string[]
}

export function agentsCreate(io: Io): Command {
  const command = withAdminOptions(
    new Command('create').description('Make a client an agent, or register one with its client, whose secret is shown this once'),
  )
    .option('--client <client_id>', 'a client that becomes an agent; this or --metadata')
    .option('--metadata <file>', 'JSON file (- for stdin) with the metadata of a new client, and client_id where wanted')
    .option('--name <text>', 'what people call it; without it, the name of the client')
    .option('--description <text>', 'for people')
    .option('--owner <user>', 'id or username of a user who answers for it; can be given several times', collect)
    .action(async ({ metadata, client: client_id, name, description, owner, ...options }: Options) => {
      const api = await openAdminApi(io, options)
      const client = metadata === undefined ? undefined : await readJsonObject(io, metadata)
      const said = { name, description, owners: owner, client_id, client }
      const given = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined))
      printItem(io, await api.post('agents', given), agentView, options)
    })
  return example(command, 'registrar agents create --metadata client.json --owner ada')
}
