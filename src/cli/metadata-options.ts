import type { Command } from 'commander'
import { collect } from './common-options.ts'
import type { Io } from './io.ts'
import { readJsonObject } from './read-json.ts'

/** Client metadata on the command line: a file, single members, or both; the members win. */
export interface MetadataOptions {
  readonly metadata?: string
  readonly name?: string
  readonly redirectUri?: readonly string[]
  readonly grantType?: readonly string[]
  readonly responseType?: readonly string[]
  readonly authMethod?: string
  readonly scope?: string
  readonly applicationType?: string
  readonly clientUri?: string
  readonly contact?: readonly string[]
  readonly jwks?: string
  readonly jwksUri?: string
}

export function withMetadataOptions(command: Command): Command {
  return command
    .option('--metadata <file>', 'JSON file with client metadata (- for stdin)')
    .option('--name <text>', 'client_name')
    .option('--redirect-uri <uri>', 'redirect_uris; can be given several times', collect)
    .option('--grant-type <name>', 'grant_types; can be given several times', collect)
    .option('--response-type <name>', 'response_types; can be given several times', collect)
    .option('--auth-method <name>', 'token_endpoint_auth_method')
    .option('--scope <scopes>', 'scope: words with spaces between them')
    .option('--application-type <type>', 'application_type: web or native')
    .option('--client-uri <uri>', 'client_uri')
    .option('--contact <address>', 'contacts; can be given several times', collect)
    .option('--jwks <file>', 'JSON file with the public keys, as `keys generate` prints them')
    .option('--jwks-uri <uri>', 'jwks_uri')
}

export async function metadataOf(io: Io, options: MetadataOptions): Promise<Readonly<Record<string, unknown>>> {
  const members = {
    client_name: options.name,
    redirect_uris: options.redirectUri,
    grant_types: options.grantType,
    response_types: options.responseType,
    token_endpoint_auth_method: options.authMethod,
    scope: options.scope,
    application_type: options.applicationType,
    client_uri: options.clientUri,
    contacts: options.contact,
    jwks: options.jwks === undefined ? undefined : await readJsonObject(io, options.jwks),
    jwks_uri: options.jwksUri,
  }
  const given = Object.entries(members).filter(([, value]) => value !== undefined)
  const file = options.metadata === undefined ? {} : await readJsonObject(io, options.metadata)
  return { ...file, ...Object.fromEntries(given) }
}
