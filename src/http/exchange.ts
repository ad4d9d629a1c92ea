import type { FastifyReply, FastifyRequest } from 'fastify'
import type { PresentedToken, Realm, Source } from '../registration/index.ts'
import type { Dialect } from './dialects/dialect.ts'
import { notFound } from './http-problem.ts'
import { type CertifiedRequest, clientCertificate, type HttpPorts } from './ports.ts'
import { readPresentedToken } from './presented-token.ts'
import type { RequestTarget } from './request-target.ts'

/** Name of the request decorator that holds the realm; other plugins of the listener read it too. */
export const realmDecorator = 'realm'
export const targetDecorator = 'target'

export function targetOf(request: FastifyRequest): RequestTarget {
  return request.getDecorator<RequestTarget>(targetDecorator)
}

/** @throws HttpProblem 404 where no issuer is. */
export function realmOf(request: FastifyRequest): Realm {
  const { realm } = targetOf(request)
  if (realm === undefined) throw notFound()
  return realm
}

/** The address that was called, as our configuration writes it. `baseUrl` is where the listener is reached for the realm. */
export function calledUrl({ root, requestedPath }: RequestTarget, baseUrl: string): string {
  return root === undefined ? `${baseUrl}${requestedPath}` : `${new URL(baseUrl).origin}${root}${requestedPath}`
}

export interface Asked {
  readonly realm: Realm
  readonly dialect: Dialect
  /** What registers is an AI agent. */
  readonly isForAgents?: true
  /** Where the realm is reached by this listener. */
  readonly baseUrl: string
  readonly source: Source
  readonly presented?: PresentedToken
}

export type AskedPorts = Pick<HttpPorts, 'baseUrlOf' | 'describeCertificate'>

/** What every request to the domain begins with. @throws Refusal where a token is malformed. */
export function toAsked(request: FastifyRequest, { baseUrlOf, describeCertificate }: AskedPorts): Asked {
  const realm = realmOf(request)
  const target = targetOf(request)
  const { dialect, isForAgents } = target
  const baseUrl = baseUrlOf(realm)
  const presented = readPresentedToken(request.raw, calledUrl(target, baseUrl))
  const connection = (request.raw as CertifiedRequest)[clientCertificate]
  const certificate = connection && describeCertificate(realm, connection)
  const source = { address: request.ip, requestId: request.id, ...(certificate === undefined ? {} : { certificate }) }
  const kind = isForAgents === undefined ? {} : { isForAgents }
  return { realm, dialect, ...kind, baseUrl, source, ...(presented === undefined ? {} : { presented }) }
}

/** Nothing of ours may be kept by a cache: RFC 6749 §5.1, DCR-RSP-09, DCR-ERR-05. JSON is no page, whatever it holds. */
export const jsonHeaders: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  pragma: 'no-cache',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-frame-options': 'DENY',
}

export function sendJson(reply: FastifyReply, status: number, body: unknown): FastifyReply {
  return reply.code(status).headers(jsonHeaders).type('application/json').send(JSON.stringify(body))
}
