import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Configuration } from '../../src/config/index.ts'

export interface PublishedDocument {
  readonly status?: number
  readonly type?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string | object
}

/** Somebody else's https server on this machine: key sets, sector documents, request objects. */
export interface DocumentServer {
  readonly origin: string
  /** Publishes, or replaces, and tells the address. */
  publish(path: string, document: PublishedDocument): string
  /** Paths in the order in which they were asked for. */
  readonly requests: string[]
  /** Bodies that were posted, by path. */
  readonly posted: Map<string, string>
  /** A server that trusts this one's certificate, and may reach it although it is on loopback. */
  trusted(configuration: Configuration): Configuration
  stop(): Promise<void>
}

export async function startDocumentServer(): Promise<DocumentServer> {
  const identity = localhostIdentity()
  const documents = new Map<string, PublishedDocument>()
  const requests: string[] = []
  const posted = new Map<string, string>()
  const server = createServer(identity, async (request, response) => {
    const path = request.url ?? '/'
    requests.push(path)
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    if (request.method === 'POST') posted.set(path, Buffer.concat(chunks).toString())
    const {
      status = 200,
      type = 'application/json',
      headers = {},
      body,
    } = documents.get(path) ?? { status: 404, body: 'nothing' }
    response.writeHead(status, { 'content-type': type, ...headers }).end(typeof body === 'string' ? body : JSON.stringify(body))
  })
  await new Promise<void>((listening) => server.listen(0, 'localhost', listening))
  const origin = `https://localhost:${(server.address() as AddressInfo).port}`
  return {
    origin,
    requests,
    posted,
    publish(path, document) {
      documents.set(path, document)
      return `${origin}${path}`
    },
    trusted: (configuration) => ({
      ...configuration,
      outbound: {
        ...configuration.outbound,
        allowedOrigins: [origin],
        trustedCertificates: [identity.cert],
        failureFloorMilliseconds: 0,
        failureCacheSeconds: 0,
        reloadIntervalSeconds: 0,
      },
    }),
    async stop() {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
}

function localhostIdentity(): { readonly key: string; readonly cert: string } {
  const folder = mkdtempSync(join(tmpdir(), 'document-server-'))
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
  execFileSync('openssl', ['req', '-x509', ...curve, '-days', '2', ...names, '-keyout', key, '-out', cert], { stdio: 'ignore' })
  const identity = { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') }
  rmSync(folder, { recursive: true })
  return identity
}
