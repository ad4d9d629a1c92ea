import { Command } from 'commander'
import { type AdminOptions, openAdminApi } from '../admin-api.ts'
import { example, withAdminOptions } from '../common-options.ts'
import type { Io } from '../io.ts'
import { type Item, printItem } from '../output.ts'
import { previewText } from '../preview-text.ts'
import { readChain } from '../read-chain.ts'
import { parseJsonObject } from '../read-json.ts'
import { readText } from '../read-text.ts'

interface Options extends AdminOptions {
  readonly policies?: string
  readonly clientId?: string
  readonly initialAccessToken?: string
  readonly channel?: string
  readonly address?: string
  readonly dialect?: string
}

export function policiesPreview(io: Io): Command {
  const command = withAdminOptions(
    new Command('preview').description('Judge a registration request without making it: what each step would do, and why'),
  )
    .argument('[file]', 'the request: JSON, or a signed JWT (- for stdin)', '-')
    .option('--policies <file>', 'YAML or JSON file with policies in order, instead of those of the realm')
    .option('--client-id <client_id>', 'as an update of this client')
    .option('--initial-access-token <id>', 'as with this token: its id, not its value')
    .option('--channel <channel>', 'as if it came this way, such as software-statement')
    .option('--address <ip>', 'as if it came from there')
    .option('--dialect <name>', 'as if it were in this dialect')
    .action(async (file: string, options: Options) => {
      const api = await openAdminApi(io, options)
      const preview = await api.post('registrations/preview', await orderOf(io, file, options))
      if (options.output !== 'table') printItem(io, preview, { name: ({ outcome }) => outcome }, options)
      else if (options.quiet !== true) io.write(previewText(preview))
    })
  return example(command, 'registrar policies preview request.json --policies stricter.yaml')
}

async function orderOf(io: Io, file: string, options: Options): Promise<Item> {
  const { policies, clientId, initialAccessToken, channel, address, dialect } = options
  const text = await readText(io, file)
  const order = {
    ...(isJwt(text) ? { jwt: text.trim() } : { request: parseJsonObject(text, file) }),
    ...{ client_id: clientId, initialAccessToken, channel, address, dialect },
    policies: policies === undefined ? undefined : await readChain(io, policies),
  }
  return Object.fromEntries(Object.entries(order).filter(([, value]) => value !== undefined))
}

/** RFC 7519 §3, as it is sent as `application/jwt`. */
function isJwt(text: string): boolean {
  return /^[\w-]+\.[\w-]+\.[\w-]*$/.test(text.trim())
}
