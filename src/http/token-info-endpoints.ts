import type { FastifyReply, FastifyRequest } from 'fastify'
import { Refusal } from '../registration/index.ts'
import { calledUrl, realmOf, sendJson, targetOf } from './exchange.ts'
import { HttpProblem, notFound } from './http-problem.ts'
import type { HttpPorts } from './ports.ts'
import { readPresentedToken } from './presented-token.ts'
import type { RateLimits } from './rate-limits.ts'
import { readBody } from './request-body.ts'

export interface TokenInfoParts extends Pick<HttpPorts, 'engine' | 'baseUrlOf'> {
  readonly limits: RateLimits
}

/** What an access token says, to whoever holds it; it comes as a header, or in the query as the vendor's scripts send it. */
export async function answerTokenInfo(
  parts: TokenInfoParts,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const target = targetOf(request)
  const { inspection } = target.dialect
  const realm = realmOf(request)
  if (inspection === undefined) throw notFound()
  await parts.limits.checkClientAuthentication(request.ip)
  const url = calledUrl(target, parts.baseUrlOf(realm))
  const presented = readPresentedToken(withQueryToken(request), url)
  if (presented === undefined) throw new HttpProblem(400, 'invalid_request', 'send the access token as access_token or Bearer')
  const token = await parts.engine.tokenInfo.accessToken(realm, presented)
  if (token === undefined) {
    await parts.limits.countFailedClientAuthentication(request.ip)
    throw new Refusal('invalid_token', 'the access token is expired, revoked, malformed, or not that of who sends it')
  }
  return sendJson(reply, 200, { access_token: presented.value, ...inspection.accessTokens.answer(token, realm) })
}

/** A header wins; whoever sends both sends the same token twice, or two of which one would go unseen. */
function withQueryToken({ raw, query }: FastifyRequest): FastifyRequest['raw'] {
  const { access_token: value } = query as { readonly access_token?: unknown }
  if (raw.headers.authorization !== undefined || typeof value !== 'string') return raw
  raw.headers.authorization = `Bearer ${value}`
  return raw
}

const formType = 'application/x-www-form-urlencoded'
const formBytesMax = 65_536

/** The claims of an ID token, to whoever holds it; `client_id` asks whether it was made for that client. */
export async function answerIdTokenInfo(
  { engine, limits }: TokenInfoParts,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const realm = realmOf(request)
  if (targetOf(request).dialect.inspection === undefined) throw notFound()
  await limits.checkClientAuthentication(request.ip)
  const bytes = await readBody(request.raw, { mediaTypes: [formType], bytesMax: formBytesMax })
  const form = new URLSearchParams(Buffer.from(bytes).toString('utf8'))
  const claims = await engine.tokenInfo.idToken(realm, form.get('id_token') ?? '')
  const client_id = form.get('client_id')
  if (claims === undefined || (client_id !== null && claims['aud'] !== client_id)) {
    const problem = 'id_token must be a valid ID token of this realm, signed with its keys and made for the client'
    throw new HttpProblem(400, 'invalid_request', problem)
  }
  return sendJson(reply, 200, claims)
}
