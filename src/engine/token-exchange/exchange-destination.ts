import { errors } from 'oidc-provider'
import { type Context, runtimeOf } from '../runtime.ts'
import { resourceNamed } from '../tokens/resources.ts'
import { otherAudiencesOf } from './exchange-request.ts'
import type { LiveToken } from './live-token.ts'

/** Where the new token is to be good; nowhere in particular, if neither is there. */
export interface Destination {
  /** The `client_id` of the application that the token is made for. */
  readonly application?: string
  /** A resource, by the name that the realm has for it. */
  readonly resource?: string
  /** The request says so; otherwise the destination comes with the token that was presented. */
  readonly isNamed: boolean
}

/** What the request names (RFC 8693 §2.1), or else where the presented token is good. */
export async function findDestination(ctx: Context, subject: LiveToken): Promise<Destination> {
  const { realm } = runtimeOf(ctx)
  const sent = ctx.oidc.params?.['resource']
  const resources = sent === undefined ? [] : [sent].flat().map(String)
  const applications = await namedApplications(ctx)
  const [application] = applications
  if (application === undefined) {
    const [resource] = resources
    if (resource !== undefined) return { resource: resourceNamed(realm, resource) ?? resource, isNamed: true }
    return inheritedDestination(ctx, subject)
  }
  if (applications.length + resources.length > 1)
    throw new errors.InvalidTarget('a token is for one resource or application: name one')
  return { application, isNamed: true }
}

async function namedApplications(ctx: Context): Promise<readonly string[]> {
  const found: string[] = []
  for (const audience of new Set(otherAudiencesOf(ctx))) {
    if (await isApplication(ctx, audience)) found.push(audience)
    else if (runtimeOf(ctx).realm.tokenExchange.unknownAudiences === 'refuse') {
      throw new errors.InvalidTarget(
        'audience is neither a resource of this realm nor an application that tokens are exchanged for',
      )
    }
  }
  return found
}

/** A client of the realm that can act, and that the realm makes exchanged tokens for. */
export async function isApplication(ctx: Context, client_id: string): Promise<boolean> {
  const { provider, realm } = runtimeOf(ctx)
  const { applications } = realm.tokenExchange
  if (applications !== 'any' && !applications.includes(client_id)) return false
  return (await provider.Client.find(client_id)) !== undefined
}

/** Whoever a token was issued to stands among its audiences, if it was exchanged for an application; that is not what it is for. */
async function inheritedDestination(ctx: Context, { audience, client_id }: LiveToken): Promise<Destination> {
  const [place] = audience.filter((one) => one !== client_id)
  if (place === undefined) return { isNamed: false }
  const { realm } = runtimeOf(ctx)
  const resource = resourceNamed(realm, place)
  if (resource === undefined && (await isApplication(ctx, place))) return { application: place, isNamed: false }
  return { resource: resource ?? place, isNamed: false }
}
