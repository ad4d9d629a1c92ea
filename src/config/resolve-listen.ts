import { join } from 'node:path'
import type { Configuration, ListenerAddress, TlsFiles } from './configuration.ts'
import { complain, type Draft, isSound } from './draft.ts'
import type { Path } from './problem.ts'
import { besideFile } from './resolve-secret.ts'

/** Flag before environment before file. */
export function resolveListen(draft: Draft, dataFolder: string): Configuration['listen'] {
  const { listen } = draft.file
  const { overrides } = draft.surroundings
  return {
    public: address(draft, listen?.public, overrides.port ?? portOfEnvironment(draft, 'REGISTRAR_PORT')),
    admin: address(draft, listen?.admin, overrides.adminPort ?? portOfEnvironment(draft, 'REGISTRAR_ADMIN_PORT')),
    ...mtlsListener(draft, dataFolder),
  }
}

function mtlsListener(draft: Draft, dataFolder: string): Pick<Configuration['listen'], 'mtls'> {
  if (!isSound(draft, 'listen') || draft.file.listen.mtls === undefined) return {}
  const { host, port, publicUrl } = draft.file.listen.mtls
  const tls = tlsFiles(draft, dataFolder)
  const url = readIssuer(draft, publicUrl, ['listen', 'mtls', 'publicUrl'])
  return url === undefined || tls === undefined ? {} : { mtls: { host, port, publicUrl: url, tls } }
}

function tlsFiles(draft: Draft, dataFolder: string): TlsFiles | undefined {
  const given = draft.file.listen.mtls?.tls ?? (isSound(draft, 'http') ? draft.file.http.tls : undefined)
  if (given !== undefined) {
    const { keyFile, certificateFile } = given
    return { keyFile: besideFile(draft, keyFile), certificateFile: besideFile(draft, certificateFile), isGenerated: false }
  }
  if (draft.file.mode === 'production')
    return complain(draft, ['listen', 'mtls'], 'needs a key and a certificate; give listen.mtls.tls or http.tls')
  const [keyFile, certificateFile] = [join(dataFolder, 'mtls-key.pem'), join(dataFolder, 'mtls-certificate.pem')]
  return { keyFile, certificateFile, isGenerated: true }
}

/** The issuer of realm `default`. Never taken from a request, so it has to be known beforehand. */
export function resolvePublicUrl(draft: Draft, listen: Configuration['listen']): string | undefined {
  if (!isSound(draft, 'publicUrl')) return undefined
  const given = draft.surroundings.env['REGISTRAR_PUBLIC_URL'] ?? draft.file.publicUrl
  if (given !== undefined) return readIssuer(draft, given, ['publicUrl'])
  if (draft.file.mode === 'production') {
    return complain(draft, ['publicUrl'], 'is missing; give the https URL that clients reach this server under')
  }
  if (!isSound(draft, 'listen') || !isSound(draft, 'http')) return undefined
  if (listen.public.port === 0) return complain(draft, ['publicUrl'], 'is missing; with port 0 nobody could know it')
  return `${draft.file.http?.tls === undefined ? 'http' : 'https'}://localhost:${listen.public.port}`
}

/** An issuer has no query and no fragment (RFC 8414 §2); without its trailing slash, so that paths can be appended. */
export function readIssuer(draft: Draft, text: string, path: Path): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isWeb = url?.protocol === 'https:' || url?.protocol === 'http:'
  if (url === undefined || !isWeb || /[?#]/.test(text) || url.username !== '' || url.password !== '') {
    return complain(
      draft,
      path,
      `${JSON.stringify(text)} is not an issuer; give an absolute https URL without query and fragment`,
    )
  }
  if (url.protocol === 'http:' && draft.file.mode === 'production' && !isLoopback(url.hostname)) {
    return complain(
      draft,
      path,
      `${JSON.stringify(text)} is plain http beyond loopback; give an https URL, or set mode: development`,
    )
  }
  return url.href.replace(/\/+$/, '')
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname)
}

function address(draft: Draft, given: ListenerAddress | undefined, port: number | undefined): ListenerAddress {
  const { host = 'localhost', port: written = 0 } = isSound(draft, 'listen') && given !== undefined ? given : {}
  return { host, port: port ?? written }
}

function portOfEnvironment(draft: Draft, name: string): number | undefined {
  const text = draft.surroundings.env[name]
  if (text === undefined || text === '') return undefined
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (port <= 65_535) return port
  return complain(
    draft,
    [],
    `environment variable ${name}: ${JSON.stringify(text)} is not a port; give a whole number from 0 to 65535`,
  )
}
