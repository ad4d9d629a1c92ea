import { Command } from 'commander'
import { type CommonOptions, example, withCommonOptions } from '../common-options.ts'
import { refuseExisting, saveCredentials } from '../credentials-file.ts'
import type { Io } from '../io.ts'
import { type MetadataOptions, metadataOf, withMetadataOptions } from '../metadata-options.ts'
import { printItem } from '../output.ts'
import { callRegistration, findRegistrationEndpoint } from '../registration-api.ts'

interface Options extends CommonOptions, MetadataOptions {
  readonly issuer?: string
  readonly iat?: string
  readonly credentials?: string
}

export function registerCreate(io: Io): Command {
  const command = withMetadataOptions(withCommonOptions(new Command('create').description('Register a client (RFC 7591 §3.1)')))
    .option('--issuer <url>', 'the authorization server (default: $REGISTRAR_ISSUER, then http://localhost:4400)')
    .option('--iat <token>', 'initial access token (default: $REGISTRAR_INITIAL_ACCESS_TOKEN)')
    .option('--credentials <file>', 'keep the credentials in this file, readable for you alone')
    .action(async (options: Options) => {
      const { credentials: file, timeout } = options
      const issuer = options.issuer ?? io.env['REGISTRAR_ISSUER'] ?? 'http://localhost:4400'
      const iat = options.iat ?? io.env['REGISTRAR_INITIAL_ACCESS_TOKEN']
      if (file !== undefined) await refuseExisting(file)
      const body = await metadataOf(io, options)
      const url = await findRegistrationEndpoint(io, issuer, timeout)
      const client = await callRegistration(io, { method: 'POST', url, bearerToken: iat, body, timeout })
      if (file !== undefined) await saveCredentials(file, {}, client)
      printItem(io, client, { name: ({ client_id }) => client_id }, options)
      if (file !== undefined && !options.quiet) io.writeError(`credentials: ${file}\n`)
    })
  return example(
    command,
    'registrar register create --name "My client" --redirect-uri http://localhost:8080/cb --auth-method none --credentials client.json',
  )
}
