import type { JsonObject } from '../../../src/registration/index.ts'
import type { Certificate } from '../../support/certificates.ts'

/** What is in a realm, by the collection of the admin API that lists it. */
export interface Things {
  readonly realm: string
  /** Of users, who stand in the file. */
  readonly person: string
  readonly authority: Certificate
  readonly jwk: JsonObject
  /** The first that was made, or the one at `index`. */
  id(collection: string, index?: number): string
}

/** `name`: of what is made by the request, in no other request's and no other realm's words. */
export type Body = (own: Things, name: string) => JsonObject

const machine = { grant_types: ['client_credentials'], response_types: [], scope: 'read' }
const web = { redirect_uris: ['https://rp.example/cb'], scope: 'openid read' }
const scopeOfStatement = (own: Things, name: string): JsonObject => ({
  issuer: `https://${name}.example`,
  keys: { kind: 'certificates', trustedCas: [own.id('trusted-cas')] },
})

/**
 * What is posted to make something, in an order in which everything is there that it needs. A collection that is missing
 * here makes the test of its route fail.
 */
export const creations: Readonly<Record<string, Body>> = {
  scopes: (_, name) => ({ name, description: 'For a while' }),
  'scope-groups': (own, name) => ({ name, scopes: [own.id('scopes')] }),
  'extended-properties': (_, name) => ({ name: name.replaceAll('-', '_') }),
  'trusted-cas': (own, name) => ({ id: name, pem: own.authority.cert }),
  policies: (_, name) => ({ id: name, policy: 'approval-required', onlyBound: true }),
  'initial-access-tokens': (own) => ({ usesMax: 100, policies: [own.id('policies')] }),
  clients: (own, name) => ({ client_id: name, ...machine, scope: own.id('scopes') }),
  'statement-issuers': (own, name) => ({ id: name, ...scopeOfStatement(own, name) }),
  'assertion-issuers': (own, name) => ({
    id: name,
    issuer: `https://${name}.example`,
    keys: { kind: 'jwks', jwks: { keys: [own.jwk] } },
    uses: ['jwt-bearer'],
    clients: [own.id('clients')],
    scopes: [own.id('scopes')],
    subject: { kind: 'table', accounts: { somebody: 'alice' } },
  }),
  'assertion-audiences': (own, name) => ({
    id: name,
    issuer: `https://${name}.example`,
    clients: [{ client_id: own.id('clients') }],
  }),
  webhooks: (_, name) => ({ id: name, url: 'http://127.0.0.1:9/', secret: 'a-secret-of-16-characters' }),
  resources: (own, name) => ({
    id: name,
    identifier: `https://${name}.example`,
    scopes: [own.id('scopes')],
    introspectionClient: own.id('clients'),
  }),
  'identity-providers': (_, name) => ({
    id: name,
    displayName: 'Elsewhere',
    issuer: `https://${name}.example`,
    clientId: 'front',
    secret: 'a-secret-of-16-characters',
    emailDomains: [`${name}.example`],
  }),
  directories: (_, name) => ({ id: name, url: 'ldaps://127.0.0.1:9', userDn: `uid={username},dc=${name}`, enabled: false }),
  users: (_, name) => ({ username: name, password: 'Secret12!' }),
  agents: (own, name) => ({ client: { client_id: name, ...machine }, owners: [own.person] }),
  'agent-privileges': (own) => ({
    agent: own.id('agents', 1),
    resource: own.id('clients'),
    subjects: [own.person],
    scopes: [own.id('scopes')],
  }),
}

/** Bodies of the routes that make nothing; what has none here is sent without. `policies/:id` and the like: as it was made. */
export const bodies: Readonly<Record<string, Body>> = {
  'PUT registration-settings': (own) => ({
    enabled: true,
    initialAccessTokenRequired: true,
    initialAccessTokenScopes: ['dynamic_client_registration'],
    defaultScopes: [own.id('scopes')],
    softwareStatements: { onUpdate: 'accept' },
    signedRequests: { accepted: 'also' },
    clientCertificateIssuer: { rule: 'one', trustedCa: own.id('trusted-cas') },
  }),
  'PUT clients/:client_id': () => ({ ...web }),
  'PATCH clients/:client_id': (own) => ({ scope: own.id('scopes') }),
  'POST clients/:client_id/refuse': () => ({ note: 'Not now' }),
  'PUT agents/:id': (own) => ({ name: 'An agent', owners: [own.person] }),
  'PUT agent-privileges/:id': (own) => ({ resource: own.id('clients'), subjects: [own.person], scopes: [own.id('scopes')] }),
  'PATCH agent-privileges/:id': (own) => ({ resource: own.id('clients'), subjects: [own.person] }),
  'PUT policies/order': (own) => ({ ids: [3, 2, 1, 0].map((index) => own.id('policies', index)) }),
  'POST registrations/preview': (own) => ({
    request: { ...web, scope: own.id('scopes') },
    initialAccessToken: own.id('initial-access-tokens'),
    policies: [{ id: own.id('policies'), policy: 'approval-required' }],
  }),
  'POST registrations/replay': (own) => ({ policies: [{ id: own.id('policies'), policy: 'approval-required' }] }),
  'POST keys/rotate': () => ({ alg: 'ES256' }),
  'POST software-statements': (own) => ({ claims: { client_name: 'Attested', scope: own.id('scopes') } }),
  'PUT services/oauth-oidc': (own) => ({
    advancedOAuth2Config: { defaultScopes: [own.id('scopes')] },
  }),
  'PUT agents/SoftwarePublisher/:id': (own) => ({
    issuer: `https://publisher-of-${own.realm}.example`,
    softwareStatementSigningAlgorithm: 'RS256',
    publicKeyLocation: 'jwks_uri',
    jwksUri: 'https://publisher.example/jwks',
  }),
  'PUT agents/AIAgent/:id': () => ({ coreOAuth2ClientConfig: { clientName: ['An agent'] } }),
  'PATCH aiagent/:id': () => operations([{ operation: 'replace', field: '/description', value: 'Changed' }]),
  'PATCH aiagentprivilege/:id': (own) => operations([{ operation: 'replace', field: '/resource', value: own.id('clients') }]),
  'PUT aiagentprivilege/:id': (own) => ({
    ...{ agent: own.id('agents', 1), resource: own.id('clients'), subjects: [own.person] },
    permissions: [{ type: 'scopes', values: [own.id('scopes')] }],
  }),
}

function operations(list: readonly object[]): JsonObject {
  return list as unknown as JsonObject
}

/** Where the realm and something else are one word of a path: all that the route can be about. */
export const mixedPlaces: Readonly<Record<string, readonly string[]>> = {
  'GET /openidm/managed/:object/:id': managed('aiagent', 'aiagentprivilege'),
  'PUT /openidm/managed/:object/:id': managed('aiagentprivilege'),
  'PATCH /openidm/managed/:object/:id': managed('aiagent', 'aiagentprivilege'),
  'DELETE /openidm/managed/:object/:id': managed('aiagent', 'aiagentprivilege'),
}

function managed(...kinds: readonly string[]): readonly string[] {
  return kinds.map((kind) => `/openidm/managed/:realm_${kind}/:id`)
}

/** Which list has the things of a route that has none of its own. */
export const listedAs: Readonly<Record<string, string>> = {
  'agents/AIAgent': 'clients',
  aiagent: 'agents',
  aiagentprivilege: 'agent-privileges',
}

/** Routes that take more than one sort of body: each is probed as well. */
export const otherBodies: Readonly<Record<string, readonly Body[]>> = {
  'POST registrations/preview': [(own) => ({ request: web, client_id: own.id('clients') })],
  'POST agents': [(own) => ({ client_id: own.id('clients', 1), owners: [own.person] })],
}

/** Routes that are about no realm in particular, or about a realm as a whole. */
export const serverWide: readonly string[] = [
  'GET /admin/v1/realms',
  'POST /admin/v1/realms',
  'GET /admin/v1/realms/:realm',
  'PUT /admin/v1/realms/:realm',
  'DELETE /admin/v1/realms/:realm',
  'GET /admin/v1/audit-events',
  'GET /admin/v1/nodes',
  'GET /admin/v1/export',
  'POST /admin/v1/import',
  'GET /admin/v1/openapi.json',
  'GET /health/live',
  'GET /health/ready',
  'GET /metrics',
]
