import type { Command } from 'commander'
import { CliError, exitCodes } from './cli-error.ts'
import { type CommonOptions, withCommonOptions } from './common-options.ts'
import { type Credentials, readCredentials, saveCredentials } from './credentials-file.ts'
import type { Io } from './io.ts'
import type { Item } from './output.ts'
import { callRegistration } from './registration-api.ts'

export interface OwnClientOptions extends CommonOptions {
  readonly credentials?: string
  readonly uri?: string
  readonly registrationToken?: string
}

/** A client's own way to its registration (RFC 7592). */
export interface OwnClient {
  readonly credentials: Partial<Credentials>
  readonly uri: string
  /** Keeps what an answer renews: after a rotation only the newest token opens anything. */
  call(method: 'GET' | 'PUT' | 'DELETE', body?: Item): Promise<Item>
}

export function withOwnClientOptions(command: Command): Command {
  return withCommonOptions(command)
    .option('--credentials <file>', 'what `register create --credentials` wrote')
    .option('--uri <url>', 'registration_client_uri, instead of a file')
    .option(
      '--registration-token <token>',
      'registration_access_token, instead of a file (default: $REGISTRAR_REGISTRATION_ACCESS_TOKEN)',
    )
}

export async function openOwnClient(io: Io, options: OwnClientOptions): Promise<OwnClient> {
  const file = options.credentials
  let credentials: Partial<Credentials> = file === undefined ? {} : await readCredentials(file)
  const uri = options.uri ?? credentials.registration_client_uri
  if (uri === undefined) throw missing('it is not known where the registration is', '--credentials FILE or --uri URL')
  let token = options.registrationToken ?? credentials.registration_access_token ?? io.env['REGISTRAR_REGISTRATION_ACCESS_TOKEN']
  if (token === undefined)
    throw missing('there is no registration access token', '--credentials FILE or --registration-token TOKEN')
  return {
    get credentials() {
      return credentials
    },
    uri,
    call: async (method, body) => {
      const answer = await callRegistration(io, {
        url: uri,
        method,
        bearerToken: token,
        timeout: options.timeout,
        ...(body === undefined ? {} : { body }),
      })
      if (typeof answer['registration_access_token'] === 'string') token = answer['registration_access_token']
      if (file !== undefined && method !== 'DELETE') credentials = await saveCredentials(file, credentials, answer)
      return answer
    },
  }
}

function missing(what: string, how: string): CliError {
  return new CliError(what, { exitCode: exitCodes.usage, nextStep: `Give ${how}.` })
}
