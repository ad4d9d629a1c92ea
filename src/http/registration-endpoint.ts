import type { FastifyReply, FastifyRequest } from 'fastify'
import { type JsonValue, parseStrictJson, Refusal } from '../registration/index.ts'
import { toClientInformationResponse } from './client-information-response.ts'
import { sendJson, toAsked } from './exchange.ts'
import { notFound } from './http-problem.ts'
import type { HttpOptions } from './options.ts'
import type { Registration } from './ports.ts'
import type { RateLimits } from './rate-limits.ts'
import { refuseUnreadable } from './refuse-unreadable.ts'
import { readBody } from './request-body.ts'

export interface EndpointParts {
  readonly registration: Registration
  readonly limits: RateLimits
  readonly options: HttpOptions
}

const mediaTypes = ['application/json']

/** RFC 7591 §3: `POST {issuer}/register`. Disabled, limited, token, body: the order of the catalogue's error table. */
export async function answerRegistration(
  { registration, limits, options }: EndpointParts,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const asked = toAsked(request)
  const { realm, dialect, presented } = asked
  if (!realm.registration.enabled) throw notFound()
  await limits.countRegistration(request.ip, presented?.value)
  if (realm.registration.initialAccessTokenRequired && presented === undefined) {
    throw new Refusal('token_required', 'registration here needs an initial access token')
  }
  const register = (body: JsonValue) => registration.register({ ...asked, dialect: dialect.rules, body })
  const body = await readBody(request.raw, { mediaTypes, bytesMax: options.bodyBytesMax })
    .then(parseStrictJson)
    .catch((problem) => refuseUnreadable(problem, register))
  return sendJson(reply, 201, toClientInformationResponse(await register(body), realm, dialect))
}
