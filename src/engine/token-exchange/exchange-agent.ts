import { errors } from 'oidc-provider'
import { withGroupMembers } from '../../registration/index.ts'
import { type Context, runtimeOf } from '../runtime.ts'
import { hasScope } from '../scopes.ts'
import { factsAbout } from '../seam/seam.ts'
import { type Destination, isApplication } from './exchange-destination.ts'
import type { LiveToken } from './live-token.ts'

/** What lets an agent act in an exchange. */
export interface AgentPermission {
  /** The agent's own id. */
  readonly id: string
  /** Ids of the privileges; none where it does nothing but narrow a token of its own. */
  readonly privileges: readonly string[]
  readonly covers: (scope: string) => boolean
  /** The token is one that the privileges speak about: the agent's own, or of the place where it may act. */
  readonly isPresentedBy: (token: LiveToken) => boolean
  /** It speaks about the agent alone. */
  readonly isOwn: boolean
}

export interface Acting {
  readonly destination: Destination
  /** Absent: the client is no agent, and the rules of the realm alone are asked. */
  readonly agent?: AgentPermission
}

/**
 * An agent acts by privilege and in no other way. They are looked up at each exchange: one that is taken away does not let the next
 * one happen. For itself it needs one as well, unless the new token is good for nothing that the presented one is not good for.
 */
export async function permitAgent(ctx: Context, subject: LiveToken, asked: Destination): Promise<Acting> {
  const { client } = ctx.oidc
  const id = client === undefined ? undefined : factsAbout(client).agent
  if (client === undefined || id === undefined) return { destination: asked }
  const isOwn = isAbout(client.clientId, subject)
  const narrowing = { id, isOwn, privileges: [], covers: () => true, isPresentedBy: () => isOwn }
  if (isOwn && !asked.isNamed) return { destination: asked, agent: narrowing }
  const destination = await whereToActFor(ctx, subject, asked)
  const place = destination.application ?? destination.resource ?? issuedTo(subject) ?? noPlace
  const privileges = await findPrivileges(ctx, { id, isOwn, place }, subject)
  return {
    destination,
    agent: {
      ...{ id, isOwn, privileges: privileges.map((privilege) => privilege.id) },
      covers: coverage(ctx, privileges),
      isPresentedBy: ({ client_id, audience, foreign }) =>
        isOwn || (foreign === undefined && (client_id === place || audience.includes(place))),
    },
  }
}

/** A name that another issuer gave is not ours, though it may look like it. */
function isAbout(id: string, { accountId, client_id, foreign, sub }: LiveToken): boolean {
  return foreign === undefined && accountId === undefined && client_id === id && sub === id
}

/** A token that is good nowhere in particular is one for the application that it was issued to. */
async function whereToActFor(ctx: Context, subject: LiveToken, asked: Destination): Promise<Destination> {
  const isNowhere = asked.application === undefined && asked.resource === undefined
  const application = isNowhere ? issuedTo(subject) : undefined
  return application !== undefined && (await isApplication(ctx, application)) ? { application, isNamed: false } : asked
}

/** The client, if it is one of this realm. */
function issuedTo({ client_id, foreign }: LiveToken): string | undefined {
  return foreign === undefined ? client_id : undefined
}

/** No user and no application has such an id: privileges are for people and places of the realm. */
const nobody = ''
const noPlace = ''

interface Privilege {
  readonly id: string
  readonly scopes: readonly string[]
}

async function findPrivileges(
  ctx: Context,
  { id, isOwn, place }: { readonly id: string; readonly isOwn: boolean; readonly place: string },
  { accountId = nobody, groups = [] }: LiveToken,
): Promise<readonly Privilege[]> {
  const { ports, realm } = runtimeOf(ctx)
  const whom = isOwn ? {} : { subject: { id: accountId, groups } }
  const found = await ports.agentPrivileges.findCovering({ realm: realm.name, agent: id, resource: place, ...whom })
  if (found.length > 0) return found
  throw new errors.InvalidTarget(`no privilege lets this agent act ${isOwn ? '' : 'for this subject '}at ${place}`)
}

function coverage(ctx: Context, privileges: readonly Privilege[]): (scope: string) => boolean {
  const { realm } = runtimeOf(ctx)
  if (privileges.some(({ scopes }) => scopes.length === 0)) return () => true
  const covered = withGroupMembers(
    realm,
    privileges.flatMap(({ scopes }) => scopes),
  )
  return (scope) => hasScope(realm, covered, scope)
}
