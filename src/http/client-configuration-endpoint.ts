import type { IncomingMessage } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type ClientInformation, type Operation, parseStrictJson, type Realm, Refusal } from '../registration/index.ts'
import { toClientInformationResponse } from './client-information-response.ts'
import type { Dialect } from './dialects/dialect.ts'
import { allowedMethods, configurationEndpoint } from './endpoints.ts'
import { type Asked, jsonHeaders, sendJson, targetOf, toAsked } from './exchange.ts'
import { methodNotAllowed, notFound } from './http-problem.ts'
import { refuseUnreadable } from './refuse-unreadable.ts'
import type { EndpointParts } from './registration-endpoint.ts'
import { readBody } from './request-body.ts'
import { readSubmission, type Submission } from './submission.ts'

/** RFC 7592 §2: `{issuer}/register/{client_id}`. A feature that is off as a whole says so; everything else asks for the token first. */
export async function answerConfiguration(
  parts: EndpointParts,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const asked = toAsked(request, parts)
  const { realm, dialect } = asked
  const allowed = methodsAt(realm, dialect)
  if (!realm.registration.managementEnabled) throw notFound()
  if (isSwitchedOff(request.method, allowed)) throw methodNotAllowed(allowed)

  await parts.limits.checkManagement(request.ip)
  try {
    const information = await perform(parts, request, asked)
    if (information === undefined) return reply.code(204).headers(jsonHeaders).send()
    return sendJson(reply, 200, toClientInformationResponse(information, asked, operationOf(request.method)))
  } catch (error) {
    if (error instanceof Refusal && error.code === 'invalid_token') {
      await parts.limits.countFailedManagement(request.ip, `${realm.name} ${clientIdOf(request)}`)
    }
    throw error
  }
}

/** A merge is an update. */
function operationOf(method: string): Operation {
  return method === 'GET' ? 'read' : 'update'
}

/** A method that the endpoint has, and not in this realm. */
function isSwitchedOff(method: string, allowed: readonly string[]): boolean {
  return configurationEndpoint.methods.includes(method) && !allowed.includes(method)
}

async function perform(parts: EndpointParts, request: FastifyRequest, asked: Asked): Promise<ClientInformation | undefined> {
  const { registration, options } = parts
  const { realm, dialect } = asked
  const configuration = { ...asked, dialect: dialect.rules, client_id: clientIdOf(request) }
  const update = (submission: Submission) => registration.update({ ...configuration, ...submission })
  const limits = { bytesMax: options.bodyBytesMax }
  switch (request.method) {
    case 'GET':
      return registration.read(configuration)
    case 'PUT':
      return update(await unlessUnreadable(readSubmission(request.raw, realm, limits), update))
    case 'PATCH':
      return registration.patch({ ...configuration, ...(await unlessUnreadable(readPatch(request.raw, limits), update)) })
    case 'DELETE':
      await registration.remove(configuration)
      return undefined
    default:
      return refuseUnreadable(methodNotAllowed(methodsAt(realm, dialect)), update)
  }
}

type Ask = (submission: { readonly body: null }) => Promise<unknown>

function unlessUnreadable(reading: Promise<Submission>, ask: Ask): Promise<Submission> {
  return reading.catch((problem) => refuseUnreadable(problem, ask))
}

const patchMediaTypes = ['application/merge-patch+json', 'application/json']

async function readPatch(request: IncomingMessage, { bytesMax }: { readonly bytesMax: number }): Promise<Submission> {
  return { body: parseStrictJson(await readBody(request, { mediaTypes: patchMediaTypes, bytesMax })) }
}

/** A merge patch is no statement of a whole client that could be signed, so it goes where nothing else is taken. */
function methodsAt({ registration }: Realm, dialect: Dialect): readonly string[] {
  const { deletionAllowed, signedRequests } = registration
  return allowedMethods(configurationEndpoint, dialect).filter(
    (method) => (method !== 'DELETE' || deletionAllowed) && (method !== 'PATCH' || signedRequests.accepted !== 'only'),
  )
}

/** From the path itself, since a method without a route has no parameters. The router has refused malformed encodings. */
function clientIdOf(request: FastifyRequest): string {
  return decodeURIComponent(targetOf(request).path.split('/')[2] ?? '')
}
