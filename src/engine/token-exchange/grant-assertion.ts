import { errors } from 'oidc-provider'
import type { AssertionDemand, VerifiedAssertion } from '../../registration/index.ts'
import { sha256 } from '../digest.ts'
import { findNeighbour } from '../neighbours.ts'
import { type Context, parameter, type Runtime, runtimeOf, words } from '../runtime.ts'
import type { ForeignOrigin } from '../seam/seam-grants.ts'
import { comparableResource, requireResource } from '../tokens/resources.ts'
import { confirmationIn, depthOf, namedBy, scopesOf } from './foreign-claims.ts'
import { invalidGrant } from './grant-refusal.ts'
import type { LiveToken } from './live-token.ts'
import { mapSubject } from './subject-mapping.ts'
import { ownAudiences, verifyForeign } from './verify-foreign.ts'

/** An assertion as the JWT bearer grant takes it, and what makes sure that it is not taken again. */
export interface GrantAssertion {
  readonly token: LiveToken
  readonly verified: VerifiedAssertion
  /** @throws `invalid_grant` where it was used before. */
  readonly spend: () => Promise<void>
}

export const identityAssertionType = 'oauth-id-jag+jwt'

/** RFC 7523 §3 says nothing about types; draft-ietf-oauth-rfc7523bis has one. A token of another type was made for something else. */
const plainTypes = [undefined, 'jwt', 'authorization-grant+jwt']

export async function readGrantAssertion(ctx: Context): Promise<GrantAssertion> {
  const value = parameter(ctx, 'assertion')
  if (value === undefined) throw new errors.InvalidRequest('assertion is missing')
  const runtime = runtimeOf(ctx)
  const verified = await verifyForeign(ctx, {
    ...{ name: 'assertion', value, refuse: invalidGrant },
    demandOf: (typ, iss) => demandOf(ctx, typ, iss),
  })
  const isIdentityAssertion = verified.use === 'id-jag'
  if (isIdentityAssertion) checkIdentityAssertion(ctx, verified)
  const { issuer, claims, sub } = verified
  const there = await personThere(runtime, verified)
  const mapped = await mapSubject(runtime, verified)
  if (mapped === undefined) throw invalidGrant('assertion speaks about somebody who is not known here')
  const confirmation = confirmationIn(claims)
  if (confirmation === undefined) throw invalidGrant('assertion is bound to a key in a way that cannot be proven here')
  const act = namedBy(issuer.issuer, claims['act'])
  const token: LiveToken = {
    ...mapped,
    foreign: { iss: issuer.issuer, sub },
    client_id: '',
    scopes: scopesOf(runtime.realm, issuer, claims['scope'], words(ctx.oidc.params?.['scope'])),
    audience: resourcesOf(ctx, verified),
    exp: runtime.ports.now() + issuer.tokenLifetimeSeconds,
    ...{ act, mayAct: namedBy(issuer.issuer, claims['may_act']), confirmation, depth: depthOf(act) },
    origin: originOf(ctx, verified, there),
  }
  return { token, verified, spend: () => spend(runtime, verified) }
}

function demandOf(ctx: Context, typ: string | undefined, iss: unknown): Omit<AssertionDemand, 'name'> | undefined {
  const { realm } = runtimeOf(ctx)
  if (typ === identityAssertionType) {
    return { use: 'id-jag', audiences: [realm.issuer], exactAudience: true, jti: 'required', issuedAt: 'required' }
  }
  if (!plainTypes.includes(typ)) return undefined
  const issuer = realm.assertionIssuers.find((known) => known.issuer === iss)
  return { use: 'jwt-bearer', audiences: ownAudiences(ctx), jti: issuer?.replay === 'allowed' ? 'optional' : 'required' }
}

/** EXT-JAG-04: it was made for one client here, and is worth nothing in another's hands; nor in those of one that proves nothing. */
function checkIdentityAssertion({ oidc: { client } }: Context, { claims }: VerifiedAssertion): void {
  if (claims['client_id'] !== client?.clientId) throw invalidGrant('assertion was made for another client (client_id)')
}

/** EXT-JAG-06: the token is for what the identity provider says; the request may choose among several. */
function resourcesOf(ctx: Context, { claims: { resource }, use }: VerifiedAssertion): readonly string[] {
  if (use !== 'id-jag' || resource === undefined) return usualResources(ctx)
  const granted = [resource].flat()
  if (granted.length === 0 || !granted.every((one) => typeof one === 'string')) {
    throw invalidGrant('assertion must have a resource that is a URI or a list of them, or none')
  }
  const { realm } = runtimeOf(ctx)
  const known = granted.map((one) => comparableResource(realm, String(one)))
  const asked = [ctx.oidc.params?.['resource'] ?? []].flat().map(String)
  if (asked.some((one) => !known.includes(one))) throw new errors.InvalidTarget('resource is none that the assertion is for')
  return granted.map(String)
}

/** Of a request that may say what it likes. */
function usualResources(ctx: Context): readonly string[] {
  const { defaultResource, resourceIndicator } = runtimeOf(ctx).realm
  requireResource(ctx)
  return resourceIndicator === 'defaulted' && defaultResource !== undefined ? [defaultResource] : []
}

/** Another realm of this server tells at once that somebody is gone there. */
async function personThere(
  { ports }: Runtime,
  { issuer: { keys }, use, sub }: VerifiedAssertion,
): Promise<ForeignOrigin['there']> {
  if (keys.kind !== 'realm' || use !== 'id-jag') return undefined
  const neighbour = await findNeighbour(ports, keys.realm)
  const account = neighbour === undefined ? undefined : await ports.accounts.find(neighbour.realm.name, sub)
  if (account === undefined)
    throw invalidGrant('assertion speaks about somebody who is not known any more in the realm that issued it')
  return { realm: keys.realm, origins: [{ kind: 'account', accountId: sub }] }
}

function originOf(ctx: Context, { issuer, use }: VerifiedAssertion, there: ForeignOrigin['there']): ForeignOrigin {
  const client_id = ctx.oidc.client?.clientId ?? ''
  return {
    ...{ kind: 'foreign', assertionIssuer: issuer.id, issuer: issuer.issuer, use, client_id },
    ...(there === undefined ? {} : { there }),
  }
}

/** RFC 7523 §3, item 7: one statement decides, so that of two racing requests one loses. */
async function spend({ ports, realm }: Runtime, { issuer, jti, exp }: VerifiedAssertion): Promise<void> {
  if (issuer.replay === 'allowed' || jti === undefined) return
  const isFirst = await ports.objects.insertOnce({
    realm: realm.name,
    model: 'Assertion',
    id: sha256(JSON.stringify([issuer.issuer, jti])),
    payload: {},
    expiresAt: Math.ceil(exp) + issuer.clockSkewSeconds + 1,
  })
  if (!isFirst) throw invalidGrant('assertion was used before (jti)')
}
