import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import type { RegistrationAnswer } from '../support/registration-client.ts'
import { startTestServer, type TestServer, type TestServerOptions } from '../support/test-server.ts'

export interface ManagementServer extends TestServer {
  /** The issuer of one of the realms that were asked for. */
  realm(name: string): { readonly url: string }
}

type Settings = Readonly<Record<string, unknown>>

/** The quickstart, and beside its realm others that differ from it in nothing but these registration settings. */
export async function startManagementServer(
  realms: Readonly<Record<string, Settings>> = {},
  change: NonNullable<TestServerOptions['change']> = (same) => same,
): Promise<ManagementServer> {
  const folder = await mkdtemp(join(tmpdir(), 'registrar-realms-'))
  const file = join(folder, 'registrar.yaml')
  const quickstart = parse(await readFile('examples/quickstart.yaml', 'utf8')) as Quickstart
  await writeFile(file, stringify(withRealms(quickstart, realms)))
  try {
    const server = await startTestServer({ file, change })
    return { ...server, realm: (name) => ({ url: `${server.url}/realms/${name}` }) }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

interface Quickstart {
  readonly realms: { readonly default: Settings & { readonly registration: Settings } }
}

function withRealms(quickstart: Quickstart, realms: Readonly<Record<string, Settings>>): object {
  // One algorithm is enough here, and saves each realm the making of RSA keys.
  const base = { ...quickstart.realms.default, tokens: { signingAlgorithms: ['ES256'] } }
  const others = Object.entries(realms).map(([name, settings]) => [
    name,
    { ...base, registration: { ...base.registration, ...settings } },
  ])
  return { ...quickstart, realms: { default: base, ...Object.fromEntries(others) } }
}

/** RFC 7592 §2.2: what a client may send back of what it was told. */
export function strip(body: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { registration_access_token: _token, registration_client_uri: _uri, ...rest } = body
  const { client_secret_expires_at: _expiry, client_id_issued_at: _issued, ...metadata } = rest
  return metadata
}

/** `WWW-Authenticate` and the rest that every refusal of the client configuration endpoint has in common (DCM-ERR-09). */
export function challengeOf({ headers, text }: RegistrationAnswer): string {
  if (!`${headers.get('content-type')}`.startsWith('application/json')) throw new Error(`no JSON: ${text}`)
  if (headers.get('cache-control') !== 'no-store') throw new Error('the refusal may be cached')
  return headers.get('www-authenticate') ?? ''
}
