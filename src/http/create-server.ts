import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import Fastify, { type FastifyInstance, type FastifyServerOptions, LogController } from 'fastify'
import type { Logger } from 'pino'
import { answerUnreadableRequest } from './answer-unreadable-request.ts'
import { answerBadAddress } from './error-answers.ts'
import type { HttpOptions } from './options.ts'
import type { IsTrustedProxy } from './trusted-proxies.ts'

export interface ServerParts {
  readonly log: Logger
  readonly options: HttpOptions
  readonly isTrustedProxy: IsTrustedProxy
  readonly rewriteUrl: (request: IncomingMessage) => string
}

/** How often connections are looked at that take too long; the runtime's own 30 s would make short limits meaningless. */
const connectionsCheckingInterval = 1000
/** Identifiers of clients may be long; the header limit is what bounds them. */
const maxParamLength = 4096

/** A server that believes no header about itself, gives its own request ids and waits for nobody for long. */
export function createServer({ log, options, isTrustedProxy, rewriteUrl }: ServerParts): FastifyInstance {
  const shared: FastifyServerOptions = {
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'request_id' }),
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    trustProxy: isTrustedProxy,
    rewriteUrl,
    frameworkErrors: answerBadAddress as NonNullable<FastifyServerOptions['frameworkErrors']>,
    requestTimeout: options.requestTimeoutSeconds * 1000,
    return503OnClosing: false,
    clientErrorHandler: (error, socket) => answerUnreadableRequest(error, socket, log),
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength },
  }
  const limits = {
    headersTimeout: options.headersTimeoutSeconds * 1000,
    maxHeaderSize: options.headerBytesMax,
    connectionsCheckingInterval,
  }
  if (options.tls === undefined) return Fastify({ ...shared, http: limits })
  return Fastify({ ...shared, https: { ...limits, ...toTlsOptions(options.tls) } } as FastifyServerOptions)
}

/**
 * Any certificate is let in, and none is needed: whether it proves something is a matter of the client's registration
 * (RFC 8705 §2), not of the handshake.
 */
function toTlsOptions({ keyFile, certificateFile, requestClientCertificate }: NonNullable<HttpOptions['tls']>) {
  return {
    key: readFileSync(keyFile),
    cert: readFileSync(certificateFile),
    minVersion: 'TLSv1.2',
    requestCert: requestClientCertificate,
    rejectUnauthorized: false,
  } as const
}
