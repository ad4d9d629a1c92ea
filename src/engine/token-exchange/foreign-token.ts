import { decodeJwt, errors as joseErrors } from 'jose'
import { errors } from 'oidc-provider'
import type { JsonObject, VerifiedAssertion } from '../../registration/index.ts'
import { findNeighbour } from '../neighbours.ts'
import { type Context, type Runtime, runtimeOf, words } from '../runtime.ts'
import { type ForeignOrigin, originsOf } from '../seam/seam-grants.ts'
import { findResource } from '../tokens/find-resource.ts'
import { looksLikeJwt } from '../tokens/jwt-access-token.ts'
import type { PresentableType, Presented } from './exchange-request.ts'
import { confirmationIn, depthOf, namedBy, scopesOf } from './foreign-claims.ts'
import type { LiveToken } from './live-token.ts'
import { mapSubject } from './subject-mapping.ts'
import { ownAudiences, verifyForeign } from './verify-foreign.ts'

/** How a realm reads a token of its own. */
export type ReadOwn = (runtime: Runtime, value: string) => Promise<LiveToken | undefined>

/** Whether a token says that it is from another issuer; it may say so as it likes. */
export function isForeign({ realm }: Runtime, value: string): boolean {
  if (!looksLikeJwt(value)) return false
  try {
    const { iss } = decodeJwt(value)
    return iss !== undefined && iss !== realm.issuer
  } catch (error) {
    if (error instanceof joseErrors.JOSEError) return false
    throw error
  }
}

/** Which types a JWT in the header says it is of (RFC 9068 §2.1, RFC 7519 §5.1). */
const acceptedTypes: Readonly<Record<PresentableType, readonly (string | undefined)[]>> = {
  access_token: ['at+jwt'],
  id_token: [undefined, 'jwt'],
  jwt: [undefined, 'jwt', 'at+jwt'],
}

interface ForeignPresented extends Presented {
  readonly type: PresentableType
}

/** RFC 8693 §2.1: a subject or actor token of another realm or a foreign issuer, as far as this realm trusts it. */
export async function readForeignToken(
  ctx: Context,
  { name, type, value }: ForeignPresented,
  readThere: ReadOwn,
): Promise<LiveToken> {
  const refuse = (description: string) => new errors.InvalidRequest(description)
  const verified = await verifyForeign(ctx, {
    ...{ name, value, refuse },
    demandOf: (typ) =>
      acceptedTypes[type].includes(typ) ? { use: 'token-exchange', audiences: ownAudiences(ctx), jti: 'optional' } : undefined,
  })
  const runtime = runtimeOf(ctx)
  const { realm } = runtime
  const there = await aliveThere(runtime, verified, value, readThere)
  if (there === 'gone') throw refuse(`${name} is not alive any more in the realm that issued it`)
  const { issuer, claims, sub, exp } = verified
  const mapped = await mapSubject(runtime, verified)
  if (mapped === undefined) throw refuse(`${name} speaks about somebody who is not known here`)
  const confirmation = confirmationIn(claims)
  if (confirmation === undefined) throw refuse(`${name} is bound to a key in a way that cannot be proven here`)
  const act = namedBy(issuer.issuer, claims['act'])
  return {
    ...mapped,
    foreign: { iss: issuer.issuer, sub },
    client_id: '',
    scopes: scopesOf(realm, issuer, claims['scope'], words(ctx.oidc.params?.['scope'])),
    audience: resourcesAmong(runtime, claims),
    exp,
    act,
    mayAct: namedBy(issuer.issuer, claims['may_act']),
    confirmation,
    depth: Math.max(depthOf(act), there?.depth ?? 0),
    origin: originOf(ctx, verified, there),
  }
}

/** Of another realm of this server it is known whether its token was revoked, its client suspended, its person gone. */
async function aliveThere(
  { ports }: Runtime,
  { issuer: { keys } }: VerifiedAssertion,
  value: string,
  readThere: ReadOwn,
): Promise<LiveToken | 'gone' | undefined> {
  if (keys.kind !== 'realm') return undefined
  const neighbour = await findNeighbour(ports, keys.realm)
  const token = neighbour === undefined ? undefined : await readThere(neighbour, value)
  if (neighbour === undefined || token === undefined) return 'gone'
  const { accountId } = token
  const isKnown = accountId === undefined || (await ports.accounts.find(neighbour.realm.name, accountId)) !== undefined
  return isKnown ? token : 'gone'
}

function originOf(ctx: Context, { issuer }: VerifiedAssertion, there: LiveToken | undefined): ForeignOrigin {
  const { id, keys } = issuer
  const client_id = ctx.oidc.client?.clientId ?? ''
  return {
    ...{ kind: 'foreign', assertionIssuer: id, issuer: issuer.issuer, use: 'token-exchange', client_id },
    ...(there === undefined || keys.kind !== 'realm' ? {} : { there: { realm: keys.realm, origins: originsOf(there) } }),
  }
}

/** Without a word about where the new token is to be good, it is where the old one was, if that is a place of this realm. */
function resourcesAmong({ realm }: Runtime, { aud }: JsonObject): readonly string[] {
  return [...new Set([aud].flat().flatMap((name) => findResource(realm, String(name))?.identifier ?? []))]
}
