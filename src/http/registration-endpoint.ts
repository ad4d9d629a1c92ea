import type { FastifyReply, FastifyRequest } from 'fastify'
import { Refusal } from '../registration/index.ts'
import { toClientInformationResponse } from './client-information-response.ts'
import { sendJson, toAsked } from './exchange.ts'
import { notFound } from './http-problem.ts'
import type { HttpOptions } from './options.ts'
import type { HttpPorts, Registration } from './ports.ts'
import type { RateLimits } from './rate-limits.ts'
import { refuseUnreadable } from './refuse-unreadable.ts'
import { readSubmission, type Submission } from './submission.ts'

export interface EndpointParts {
  readonly registration: Registration
  readonly limits: RateLimits
  readonly options: HttpOptions
  readonly baseUrlOf: HttpPorts['baseUrlOf']
  readonly describeCertificate: HttpPorts['describeCertificate']
}

/** RFC 7591 §3: `POST {issuer}/register`. Inactive, limited, token, body: the order of the catalogue's error table. */
export async function answerRegistration(
  parts: EndpointParts,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { registration, limits, options } = parts
  const asked = toAsked(request, parts)
  const { realm, dialect, presented } = asked
  if (!realm.registrationActive) throw notFound()
  await limits.countRegistration(request.ip, presented?.value)
  if (realm.registration.initialAccessTokenRequired && presented === undefined) {
    throw new Refusal('token_required', 'registration here needs an initial access token')
  }
  const register = (submission: Submission) => registration.register({ ...asked, dialect: dialect.rules, ...submission })
  const submission = await readSubmission(request.raw, realm, { bytesMax: options.bodyBytesMax }).catch((problem) =>
    refuseUnreadable(problem, register),
  )
  return sendJson(reply, 201, toClientInformationResponse(await register(submission), asked, 'create'))
}
