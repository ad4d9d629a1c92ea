import type { FastifyReply, FastifyRequest } from 'fastify'
import { type ClientInformation, type JsonValue, parseStrictJson, type Realm, Refusal } from '../registration/index.ts'
import { toClientInformationResponse } from './client-information-response.ts'
import { configurationEndpoint } from './endpoints.ts'
import { type Asked, jsonHeaders, sendJson, targetOf, toAsked } from './exchange.ts'
import { methodNotAllowed, notFound } from './http-problem.ts'
import { refuseUnreadable } from './refuse-unreadable.ts'
import type { EndpointParts } from './registration-endpoint.ts'
import { readBody } from './request-body.ts'

/** RFC 7592 §2: `{issuer}/register/{client_id}`. A feature that is off as a whole says so; everything else asks for the token first. */
export async function answerConfiguration(
  parts: EndpointParts,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const asked = toAsked(request)
  const { realm, dialect } = asked
  const allowed = allowedMethods(realm)
  if (!realm.registration.managementEnabled) throw notFound()
  if (request.method === 'DELETE' && !allowed.includes('DELETE')) throw methodNotAllowed(allowed)

  await parts.limits.checkManagement(request.ip)
  try {
    const information = await perform(parts, request, asked)
    if (information === undefined) return reply.code(204).headers(jsonHeaders).send()
    return sendJson(reply, 200, toClientInformationResponse(information, realm, dialect))
  } catch (error) {
    if (error instanceof Refusal && error.code === 'invalid_token') {
      await parts.limits.countFailedManagement(request.ip, `${realm.name} ${clientIdOf(request)}`)
    }
    throw error
  }
}

const updateMediaTypes = ['application/json']
const patchMediaTypes = ['application/merge-patch+json', 'application/json']

async function perform(parts: EndpointParts, request: FastifyRequest, asked: Asked): Promise<ClientInformation | undefined> {
  const { registration } = parts
  const configuration = { ...asked, dialect: asked.dialect.rules, client_id: clientIdOf(request) }
  const update = (body: JsonValue) => registration.update({ ...configuration, body })
  switch (request.method) {
    case 'GET':
      return registration.read(configuration)
    case 'PUT':
      return update(await readUpdate(parts, request, { mediaTypes: updateMediaTypes, ask: update }))
    case 'PATCH':
      return registration.patch({
        ...configuration,
        body: await readUpdate(parts, request, { mediaTypes: patchMediaTypes, ask: update }),
      })
    case 'DELETE':
      await registration.remove(configuration)
      return undefined
    default:
      return refuseUnreadable(methodNotAllowed(allowedMethods(asked.realm)), update)
  }
}

interface UpdateReading {
  readonly mediaTypes: readonly string[]
  readonly ask: (body: JsonValue) => Promise<unknown>
}

function readUpdate({ options }: EndpointParts, { raw }: FastifyRequest, { mediaTypes, ask }: UpdateReading): Promise<JsonValue> {
  return readBody(raw, { mediaTypes, bytesMax: options.bodyBytesMax })
    .then(parseStrictJson)
    .catch((problem) => refuseUnreadable(problem, ask))
}

function allowedMethods({ registration }: Realm): readonly string[] {
  const methods = registration.deletionAllowed
    ? configurationEndpoint.methods
    : configurationEndpoint.methods.filter((method) => method !== 'DELETE')
  return [...methods, 'OPTIONS']
}

/** From the path itself, since a method without a route has no parameters. The router has refused malformed encodings. */
function clientIdOf(request: FastifyRequest): string {
  return decodeURIComponent(targetOf(request).path.split('/')[2] ?? '')
}
