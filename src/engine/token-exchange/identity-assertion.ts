import { randomUUID } from 'node:crypto'
import { errors } from 'oidc-provider'
import type { AssertionAudience, JsonObject } from '../../registration/index.ts'
import { sha256 } from '../digest.ts'
import { signJwt } from '../keys/sign-jwt.ts'
import { type Context, runtimeOf, words } from '../runtime.ts'
import { type HeldKeys, sendAssertion } from '../seam/seam-token-requests.ts'
import { checkHolder } from '../tokens/check-holder.ts'
import { comparableResource } from '../tokens/resources.ts'
import { eventAbout } from './exchange-audit.ts'
import { type ExchangeRequest, typeName } from './exchange-request.ts'
import { identityAssertionType } from './grant-assertion.ts'
import type { LiveToken } from './live-token.ts'
import { readPresented } from './presented-token.ts'

/**
 * An identity assertion for another authorization server (ID-JAG, Token Exchange): this realm says who signed in at the client, and
 * what an administrator lets the client do there for the person. Nothing is kept of it.
 */
export async function issueIdentityAssertion(ctx: Context, request: ExchangeRequest, keys: HeldKeys): Promise<void> {
  if (request.actor !== undefined)
    throw new errors.InvalidRequest('actor_token is of no use for an identity assertion; leave it out')
  const { audience, clientIdThere } = findAudience(ctx)
  const subject = await readPresented(ctx, request.subject)
  checkSubject(ctx, subject, keys)
  const resources = grantedResources(ctx, audience)
  const scopes = grantedScopes(ctx, audience)
  const { ports, realm } = runtimeOf(ctx)
  const now = ports.now()
  const claims: JsonObject = {
    ...(await claimsAbout(ctx, subject, audience)),
    ...(resources.length === 0 ? {} : { resource: resources.length === 1 ? (resources[0] ?? '') : resources }),
    ...(scopes.length === 0 ? {} : { scope: scopes.join(' ') }),
    ...boundTo(keys),
    ...{ iss: realm.issuer, sub: subject.sub, aud: audience.issuer, client_id: clientIdThere },
    ...{ iat: now, exp: now + audience.lifetimeSeconds, jti: randomUUID() },
  }
  const alg = audience.algorithm ?? realm.tokens.accessTokenSigningAlgorithm
  const assertion = await signJwt(ports, realm, claims, { alg, typ: identityAssertionType })
  await ports.recordEvent(
    eventAbout(ctx, 'assertion.issued', {
      ...{ subject: { user: subject.sub }, assertionAudience: audience.id, resources, scopes },
      ...{ assertion: String(claims['jti']), expiresAt: now + audience.lifetimeSeconds },
    }),
  )
  sendAssertion(ctx, {
    ...{ assertion, expiresIn: audience.lifetimeSeconds, issuedTokenType: typeName('id-jag') },
    ...(scopes.length === 0 ? {} : { scope: scopes.join(' ') }),
  })
}

/** Whether there is another client for it, or it is not known at all, is nobody's business. */
function findAudience(ctx: Context): { readonly audience: AssertionAudience; readonly clientIdThere: string } {
  const { client, params } = ctx.oidc
  if (client === undefined || client.clientAuthMethod === 'none') {
    throw new errors.UnauthorizedClient('identity assertions need a client that authenticates')
  }
  const [name, another] = [params?.['audience'] ?? []].flat().map(String)
  if (name === undefined)
    throw new errors.InvalidRequest('audience is missing: the issuer of the authorization server that is meant')
  if (another !== undefined)
    throw new errors.InvalidTarget('an identity assertion is for one authorization server: name one as audience')
  const audience = runtimeOf(ctx).realm.assertionAudiences.find(
    ({ issuer, aliases }) => issuer === name || aliases.includes(name),
  )
  const known = audience?.clients.find(({ client_id }) => client_id === client.clientId)
  if (audience === undefined || known === undefined) {
    throw new errors.InvalidTarget('audience is no authorization server that this client gets identity assertions for')
  }
  return { audience, clientIdThere: known.clientIdThere ?? known.client_id }
}

/** The person signed in at this very client, and here (ID-JAG, Processing Rules). */
function checkSubject(ctx: Context, { foreign, client_id, confirmation }: LiveToken, keys: HeldKeys): void {
  if (foreign !== undefined) throw new errors.InvalidRequest('subject_token is of another issuer, whose word is not passed on')
  if (client_id !== ctx.oidc.client?.clientId) throw new errors.InvalidRequest('subject_token was issued to another client')
  checkHolder(ctx, confirmation, keys, (problem) => new errors.InvalidRequest(`subject_token ${problem}`))
}

function grantedResources(ctx: Context, { resources }: AssertionAudience): readonly string[] {
  const { realm } = runtimeOf(ctx)
  const asked = [...new Set([ctx.oidc.params?.['resource'] ?? []].flat().map(String))]
  return asked.map((one) => {
    const granted = resources.find((resource) => comparableResource(realm, resource) === one)
    if (granted === undefined) throw new errors.InvalidTarget('resource is none that this client gets identity assertions for')
    return granted
  })
}

/** Those of another server: registration and consent here know nothing of them, and the administrator's entry decides alone. */
function grantedScopes(ctx: Context, { scopes }: AssertionAudience): readonly string[] {
  const asked = [...new Set(words(ctx.oidc.params?.['scope']))]
  const excess = asked.find((scope) => !scopes.includes(scope))
  if (excess !== undefined) throw new errors.InvalidScope('not among those that this client gets identity assertions for', excess)
  return asked.length === 0 ? scopes : asked
}

async function claimsAbout(
  ctx: Context,
  { sub, authentication = {} }: LiveToken,
  { claims: told }: AssertionAudience,
): Promise<JsonObject> {
  const { ports, realm } = runtimeOf(ctx)
  const known = ((await ports.accounts.find(realm.name, sub))?.claims ?? {}) as JsonObject
  const about = Object.entries(known).filter(([name]) => told.includes(name))
  return { ...Object.fromEntries(about), ...authentication }
}

/** ID-JAG, Proof-of-Possession During Token Exchange: whoever proved a key here has to prove it there. */
function boundTo({ dPoP, certificate }: HeldKeys): JsonObject {
  const thumbprint = typeof certificate === 'object' ? sha256(certificate.raw) : undefined
  const cnf = {
    ...(dPoP === undefined ? {} : { jkt: dPoP.thumbprint }),
    ...(thumbprint === undefined ? {} : { 'x5t#S256': thumbprint }),
  }
  return Object.keys(cnf).length === 0 ? {} : { cnf }
}
