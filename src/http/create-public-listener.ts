import type { IncomingMessage } from 'node:http'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { addEndpoints } from './add-endpoints.ts'
import { attachClientCertificate } from './client-certificate.ts'
import { createServer } from './create-server.ts'
import { drainOnClose } from './drain.ts'
import { addErrorAnswers } from './error-answers.ts'
import { realmDecorator, targetDecorator, targetOf } from './exchange.ts'
import { addHealthEndpoints, healthPaths } from './health-endpoints.ts'
import { HttpProblem, notFound } from './http-problem.ts'
import { observeRequests } from './observe-requests.ts'
import type { HttpOptions } from './options.ts'
import type { HttpPorts } from './ports.ts'
import { refuseRepeatedHeaders } from './repeated-headers.ts'
import { type RequestTarget, resolveTarget } from './request-target.ts'
import { setResponseHeaders } from './response-headers.ts'
import { createTrustedProxies, type IsTrustedProxy, rewriteForwarding } from './trusted-proxies.ts'

/** The public listener, not yet listening. Call it again with other options for a second one, such as one for client certificates. */
export function createPublicListener(ports: HttpPorts, options: HttpOptions): FastifyInstance {
  const isTrustedProxy = createTrustedProxies(options.trustedProxies)
  const targets = new WeakMap<IncomingMessage, RequestTarget>()
  const rewriteUrl = (request: IncomingMessage): string => {
    const { path, query } = splitUrl(request.url ?? '/')
    const target = resolveTarget(path, hostOf(request, isTrustedProxy), ports.realms.all(), {
      method: request.method ?? '',
      query: query.slice(1),
    })
    targets.set(request, target)
    return isAnswerable(target) ? `${target.path}${query}` : nowhere
  }

  const app = createServer({ log: ports.log, options, isTrustedProxy, rewriteUrl })
  // Bodies stay unread until somebody asks for them: the engine reads its own, and a limit or a token may come first.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, _payload, done) => done(null))
  app.decorateRequest(realmDecorator)
  app.decorateRequest(targetDecorator)
  app.addHook('onRequest', async (request, reply) => {
    const target = targets.get(request.raw) ?? resolveTarget('/', '', [])
    request.setDecorator(targetDecorator, target)
    request.setDecorator(realmDecorator, target.realm)
    setResponseHeaders(request, reply)
  })
  observeRequests(app, ports)
  drainOnClose(app)
  app.addHook('onRequest', async (request) => admit(request, isTrustedProxy, options))
  addErrorAnswers(app)
  addHealthEndpoints(app, ports.health)
  addEndpoints(app, ports, options)
  app.register(ports.interactionPlugin)
  return app
}

function admit(request: FastifyRequest, isTrustedProxy: IsTrustedProxy, options: HttpOptions): void {
  const { raw } = request
  refuseRepeatedHeaders(raw)
  const isFromProxy = isTrustedProxy(raw.socket.remoteAddress ?? '')
  attachClientCertificate(raw, isFromProxy, options.clientCertificateHeader)
  const target = targetOf(request)
  if (!isAnswerable(target)) throw notFound()
  const { realm } = target
  if (realm === undefined) return
  // DCR-EP-04: what crossed the network in clear is not read, let alone answered with a credential.
  if (isFromProxy && raw.headers['x-forwarded-proto'] === 'http' && realm.issuer.startsWith('https:')) {
    throw new HttpProblem(400, 'invalid_request', 'this server is reached over https only')
  }
  rewriteForwarding(raw, request.ip, realm.issuer)
}

/** Leads to no route of anybody, so that nothing but the listener itself answers for an issuer that is none. */
const nowhere = '/.nowhere'

/** Health belongs to the process; everything else to an issuer. */
function isAnswerable({ realm, path }: RequestTarget): boolean {
  return realm !== undefined || healthPaths.includes(path)
}

/**
 * A request line may hold a whole URL (RFC 9112 §3.2.2); its host says no more than the header does. A slash at the end
 * means nothing here, as it means nothing to the engine.
 */
function splitUrl(url: string): { readonly path: string; readonly query: string } {
  const relative = url.replace(/^https?:\/\/[^/?#]*/i, '')
  const [path = '', ...query] = relative.split('?')
  return { path: path.replace(/\/$/, '') || '/', query: query.length === 0 ? '' : `?${query.join('?')}` }
}

function hostOf({ headers, socket }: IncomingMessage, isTrustedProxy: IsTrustedProxy): string {
  const forwarded = headers['x-forwarded-host']
  if (typeof forwarded === 'string' && isTrustedProxy(socket.remoteAddress ?? '')) return forwarded
  return headers.host ?? ''
}
