import { Command } from 'commander'
import { type AdminOptions, openAdminApi } from '../admin-api.ts'
import { collect, example, withAdminOptions } from '../common-options.ts'
import type { Io } from '../io.ts'
import { printItem } from '../output.ts'
import { privilegeView } from '../views.ts'

interface Options extends AdminOptions {
  readonly agent: string
  readonly resource: string
  readonly subject?: readonly string[]
  readonly group?: readonly string[]
  readonly scope?: readonly string[]
  readonly description?: string
}

export function privilegesGrant(io: Io): Command {
  const command = withAdminOptions(new Command('grant').description('Let an agent act for people at an application'))
    .requiredOption('--agent <id>', 'the id of the agent')
    .requiredOption('--resource <name>', 'client_id of the application, or identifier of the protected resource')
    .option('--subject <user>', 'id or username of whom it may act for; can be given several times', collect)
    .option('--group <name>', 'a group of people that it may act for; can be given several times', collect)
    .option('--scope <name>', 'with this scope; can be given several times. Without any: with every scope', collect)
    .option('--description <text>', 'for people')
    .action(async ({ agent, resource, subject = [], group = [], scope = [], description, ...options }: Options) => {
      const api = await openAdminApi(io, options)
      const terms = { agent, resource, subjects: subject, subjectGroups: group, scopes: scope }
      const order = { ...terms, ...(description === undefined ? {} : { description }) }
      printItem(io, await api.post('agent-privileges', order), privilegeView, options)
    })
  return example(command, 'registrar privileges grant --agent 0192f0a1 --resource crm --group support --scope tickets:read')
}
