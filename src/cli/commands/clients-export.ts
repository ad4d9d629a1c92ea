import { open, rename } from 'node:fs/promises'
import { Command } from 'commander'
import { type AdminApi, type AdminOptions, openAdminApi } from '../admin-api.ts'
import { CliError, exitCodes } from '../cli-error.ts'
import { example, withAdminOptions } from '../common-options.ts'
import type { Io } from '../io.ts'
import { printItem } from '../output.ts'

export function clientsExport(io: Io): Command {
  const command = withAdminOptions(
    new Command('export').description(
      'Write all clients of a realm as lines of JSON that `clients import` takes; without secrets',
    ),
  )
    .argument('[file]', 'where to (default: stdout)')
    .action(async (file: string | undefined, options: AdminOptions) => {
      const api = await openAdminApi(io, options)
      if (file === undefined) {
        for await (const lines of exported(api, options)) io.write(lines.join(''))
        return
      }
      const clients = await writeWhole(file, exported(api, options))
      printItem(io, { file, clients }, { name: () => file }, options)
    })
  return example(command, 'registrar clients export clients.ndjson')
}

async function* exported(api: AdminApi, { realm }: AdminOptions): AsyncGenerator<readonly string[]> {
  for await (const page of api.pages('clients', {}))
    yield page.map((definition) => `${JSON.stringify({ kind: 'client', realm, definition })}\n`)
}

/** What stood there stays until all of it is written. */
async function writeWhole(file: string, pages: AsyncGenerator<readonly string[]>): Promise<number> {
  const part = `${file}.part`
  const handle = await open(part, 'w', 0o600).catch((cause: NodeJS.ErrnoException) => {
    const nextStep = 'Check the path.'
    throw new CliError(`cannot write ${part} (${cause.code})`, { exitCode: exitCodes.usage, nextStep, cause })
  })
  let clients = 0
  try {
    for await (const lines of pages) {
      await handle.write(lines.join(''))
      clients += lines.length
    }
  } finally {
    await handle.close()
  }
  await rename(part, file)
  return clients
}
