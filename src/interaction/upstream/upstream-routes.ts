import type { FastifyInstance, FastifyReply } from 'fastify'
import type { IdentityProvider } from '../../registration/index.ts'
import { handOver } from '../hand-over.ts'
import type { Interaction } from '../ports.ts'
import { linkBase } from '../realm-of.ts'
import type { Room } from '../room.ts'
import { stop } from '../stop.ts'
import { formOf, show, type Visit, visitOf } from '../visit.ts'
import { genuine, type Step, withInteraction } from '../with-interaction.ts'
import type { Attempt } from './attempts.ts'
import { beginUpstream, browserSubject } from './begin-upstream.ts'
import { presentProblem } from './present-problem.ts'
import { resolveAccount } from './resolve-account.ts'
import { UpstreamFailure } from './upstream-failure.ts'
import { welcomePage } from './upstream-pages.ts'

/** The way to an identity provider and back. */
export function registerUpstreamRoutes(app: FastifyInstance, room: Room): void {
  const path = '/interaction/:uid/upstream'
  app.post(path, (request, reply) => withInteraction(room, { request, reply }, genuine(['login'], begin)))
  // No HEAD: a GET uses the answer up.
  app.get(path, { exposeHeadRoute: false }, (request, reply) => withInteraction(room, { request, reply }, finish))
  app.get('/upstream/:provider/callback', { exposeHeadRoute: false }, (request, reply) => welcome(room, visitOf(request, reply)))
}

const begin: Step = async (room, visit, interaction) => {
  const provider = findProvider(visit, formOf(visit.request).get('provider'))
  if (provider === undefined) return stop(visit, 'badForm')
  return beginUpstream(room, visit, interaction, { provider, by: 'form' })
}

// Of the authorization response (RFC 6749 §4.1.2, RFC 9207 §2), and nothing else.
const answerParameters = ['code', 'state', 'iss', 'error']

/** The engine's cookie belongs to the path of the interaction, so that the answer is taken there; here only its way is found. */
async function welcome({ upstream, antiForgery }: Room, visit: Visit): Promise<FastifyReply> {
  const { realm, request } = visit
  const answer = answerOf(request.query)
  const state = answer.get('state') ?? ''
  const attempt = await upstream.attempts.find(realm.name, state)
  const { provider } = request.params as { readonly provider: string }
  // Unknown, used, foreign and of another provider look alike (SEC-CON-03).
  if (attempt?.provider !== provider || !antiForgery.isOfThisBrowser(visit, browserSubject(state), attempt.browser)) {
    return stop(visit, 'expired')
  }
  return show(visit, welcomePage(visit, `${linkBase(realm)}/interaction/${encodeURIComponent(attempt.uid)}/upstream?${answer}`))
}

/** One of each: of two the library would have to choose. */
function answerOf(query: unknown): URLSearchParams {
  const given = Object.entries(query as Readonly<Record<string, unknown>>)
  return new URLSearchParams(
    given.filter((entry): entry is [string, string] => answerParameters.includes(entry[0]) && typeof entry[1] === 'string'),
  )
}

const finish: Step = async (room, visit, interaction) => {
  const { realm, request } = visit
  const answer = answerOf(request.query)
  const state = answer.get('state') ?? ''
  const attempt = await room.upstream.attempts.find(realm.name, state)
  const isExpected =
    attempt?.uid === interaction.uid &&
    interaction.prompt === 'login' &&
    room.antiForgery.isOfThisBrowser(visit, browserSubject(state), attempt.browser)
  // Of two answers with one state, one is too late.
  if (!isExpected || !(await room.upstream.attempts.spend(realm.name, state))) return stop(visit, 'expired')
  return takeAnswer(room, visit, interaction, { attempt, answer })
}

interface Answer {
  readonly attempt: Attempt
  readonly answer: URLSearchParams
}

async function takeAnswer(room: Room, visit: Visit, interaction: Interaction, { attempt, answer }: Answer) {
  const { realm } = visit
  const provider = findProvider(visit, attempt.provider)
  const known = provider ?? { id: attempt.provider, displayName: attempt.provider }
  try {
    if (provider === undefined || provider.issuer !== attempt.issuer)
      throw new UpstreamFailure('gone', 'the provider was changed or removed meanwhile')
    const login = await signIn(room, visit, { provider, attempt, answer })
    const consentTo = attempt.consentTo === interaction.request.digest ? { consentTo: attempt.consentTo } : {}
    return await handOver(visit, ({ request, reply }) =>
      room.ports.interactions.signedIn(realm, request.raw, reply.raw, { ...login, ...consentTo, remember: false }),
    )
  } catch (error) {
    if (error instanceof UpstreamFailure) return presentProblem(room, visit, interaction, { provider: known, failure: error })
    throw error
  }
}

async function signIn(
  { upstream, ports }: Room,
  { realm }: Visit,
  { provider, attempt, answer }: Answer & { readonly provider: IdentityProvider },
) {
  const identity = await upstream.relyingParty.redeem(realm, provider, attempt, answer)
  const now = ports.now()
  const user = await resolveAccount(ports.upstream, { realm, provider, identity, now })
  const { amr, authenticatedAt } = identity
  return {
    accountId: user.id,
    amr,
    ...(authenticatedAt === undefined ? {} : { authenticatedAt: Math.min(authenticatedAt, now) }),
  }
}

function findProvider({ realm }: Visit, id: string | null): IdentityProvider | undefined {
  return realm.identityProviders.find((provider) => provider.enabled && provider.id === id)
}
