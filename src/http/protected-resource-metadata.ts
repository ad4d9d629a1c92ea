import type { FastifyReply, FastifyRequest } from 'fastify'
import type { JsonObject, ProtectedResource, Realm } from '../registration/index.ts'
import { jsonHeaders, realmOf } from './exchange.ts'
import { notFound } from './http-problem.ts'

/** Where a document may be kept, as long as other metadata of ours. */
const cacheSeconds = 300

/** The document of a resource whose administrator asks for it (RFC 9728 §3), by the id of the resource. */
export async function answerResourceMetadata(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const realm = realmOf(request)
  const { id } = request.params as { readonly id: string }
  const resource = realm.resources.find((candidate) => candidate.id === id && candidate.publishMetadata === true)
  if (resource === undefined) throw notFound()
  const { pragma: _, ...headers } = jsonHeaders
  return reply
    .headers({ ...headers, 'cache-control': `public, max-age=${cacheSeconds}` })
    .type('application/json')
    .send(JSON.stringify(resourceMetadata(resource, realm)))
}

/** RFC 9728 §2. What would be empty is left out (§3.2). */
function resourceMetadata(resource: ProtectedResource, { issuer }: Realm): JsonObject {
  const { identifier, name, documentation, scopes, bearerMethods = ['header'], boundTokens } = resource
  return {
    resource: identifier,
    authorization_servers: [issuer],
    // A refresh token is no business of the resource (MCP-PRM-03).
    ...(scopes.length === 0 ? {} : { scopes_supported: scopes.filter((scope) => scope !== 'offline_access') }),
    bearer_methods_supported: bearerMethods,
    ...(name === undefined ? {} : { resource_name: name }),
    ...(documentation === undefined ? {} : { resource_documentation: documentation }),
    ...(boundTokens === 'dpop' ? { dpop_bound_access_tokens_required: true } : {}),
    ...(boundTokens === 'certificate' || boundTokens === 'any' ? { tls_client_certificate_bound_access_tokens: true } : {}),
  }
}
