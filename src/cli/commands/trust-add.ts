import { Command } from 'commander'
import { type AdminOptions, openAdminApi } from '../admin-api.ts'
import { example, withAdminOptions } from '../common-options.ts'
import type { Io } from '../io.ts'
import { printItem } from '../output.ts'
import { readText } from '../read-text.ts'
import { trustedCaView } from '../views.ts'

interface Options extends AdminOptions {
  readonly id?: string
  readonly crl: readonly string[]
}

export function trustAdd(io: Io): Command {
  const command = withAdminOptions(new Command('add').description('Trust a certificate authority'))
    .argument('<file>', 'PEM file (- for stdin) with its certificate')
    .option('--id <id>', 'what other settings call it (default: made of its fingerprint)')
    .option('--crl <files...>', 'PEM files with its revocation lists', [])
    .action(async (file: string, { id, crl, ...options }: Options) => {
      const api = await openAdminApi(io, options)
      const crls = await Promise.all(crl.map((list) => readText(io, list)))
      const order = { ...(id === undefined ? {} : { id }), pem: await readText(io, file), crls }
      printItem(io, await api.post('trusted-cas', order), trustedCaView, options)
    })
  return example(command, 'registrar trust add directory-ca.pem --id directory')
}
