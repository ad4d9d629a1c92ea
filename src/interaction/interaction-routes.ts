import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { checkBasic } from './basic-sign-in.ts'
import { consentPage } from './consent-page.ts'
import type { Interaction } from './ports.ts'
import type { Room } from './room.ts'
import { checkSignInForm, type FailedForm } from './sign-in-form.ts'
import { interactionSignInPage } from './sign-in-page.ts'
import { logRefusedSignIn, signInProblem } from './sign-in-problem.ts'
import { stop } from './stop.ts'
import { formOf, show, type Visit, visitOf } from './visit.ts'

/** A pending authorization request in front of its person: sign-in, then consent. */
export function registerInteractionRoutes(app: FastifyInstance, room: Room): void {
  const path = '/interaction/:uid'
  // No HEAD: with HTTP Basic a GET already finishes the sign-in.
  app.get(path, { exposeHeadRoute: false }, (request, reply) => withInteraction(room, { request, reply }, present))
  app.post(path, (request, reply) => withInteraction(room, { request, reply }, genuine('login', signIn)))
  app.post(`${path}/consent`, (request, reply) => withInteraction(room, { request, reply }, genuine('consent', consent)))
  app.post(`${path}/deny`, (request, reply) => withInteraction(room, { request, reply }, genuine('consent', deny)))
}

/** A step of an interaction that was found and belongs to this browser. */
type Step = (room: Room, visit: Visit, interaction: Interaction) => Promise<FastifyReply | undefined>

export async function withInteraction(room: Room, { request, reply }: Pick<Visit, 'request' | 'reply'>, step: Step) {
  const first = visitOf(request, reply)
  const interaction = await room.ports.interactions.find(first.realm, request.raw, reply.raw)
  // The engine goes by its cookie: it has to be the interaction of the address, too (SEC-CON-03).
  if (interaction === undefined || interaction.uid !== uidOf(request)) return stop(first, 'expired')
  return step(room, visitOf(request, reply, interaction.uiLocales), interaction)
}

function uidOf(request: FastifyRequest): string | undefined {
  return (request.params as { readonly uid?: string }).uid
}

const present: Step = async (room, visit, interaction) => {
  if (interaction.prompt === 'consent') return presentConsent(room, visit, interaction)
  if (visit.realm.signIn === 'http-basic') return signInWithBasic(room, visit)
  return presentSignIn(room, visit, interaction)
}

function genuine(prompt: Interaction['prompt'], step: Step): Step {
  return async (room, visit, interaction) => {
    const isGenuine = room.antiForgery.isGenuine(visit, subjectOf(interaction), formOf(visit.request).get('token'))
    return isGenuine && interaction.prompt === prompt ? step(room, visit, interaction) : stop(visit, 'forged')
  }
}

/** A token is good for one step of one interaction of one client (MCP-CON-04). */
function subjectOf({ uid, prompt, client }: Interaction): readonly string[] {
  return ['interaction', uid, prompt, client.client_id]
}

async function presentSignIn(room: Room, visit: Visit, interaction: Interaction, failed?: FailedForm) {
  const token = room.antiForgery.tokenFor(visit, subjectOf(interaction))
  const details = { token, now: room.ports.now() }
  const again = failed && { username: failed.username, problem: signInProblem(failed.verdict, visit.texts) }
  return show(visit, interactionSignInPage(visit, interaction, { ...details, ...again }))
}

async function presentConsent({ ports, antiForgery }: Room, visit: Visit, interaction: Interaction) {
  const { realm } = visit
  const token = antiForgery.tokenFor(visit, subjectOf(interaction))
  const user = interaction.accountId === undefined ? undefined : await ports.users.findById(realm.name, interaction.accountId)
  return show(visit, consentPage(visit, interaction, { token, account: user?.username ?? '', now: ports.now() }))
}

const signIn: Step = async (room, visit, interaction) => {
  const outcome = await checkSignInForm(room, visit)
  if (!('user' in outcome)) return presentSignIn(room, visit, interaction, outcome)
  return finishSignIn(room, visit, { accountId: outcome.user.id, remember: formOf(visit.request).get('remember') === 'yes' })
}

async function signInWithBasic(room: Room, visit: Visit) {
  const { request } = visit
  const attempt = { ...visit, authorization: request.headers.authorization, address: request.ip }
  const outcome = await checkBasic(room.authenticate, attempt)
  if ('user' in outcome) return finishSignIn(room, visit, { accountId: outcome.user.id, remember: false })
  if (outcome.verdict !== undefined) logRefusedSignIn(request, outcome.verdict)
  return show(visit, outcome.page)
}

function finishSignIn({ ports }: Room, visit: Visit, login: { readonly accountId: string; readonly remember: boolean }) {
  return handOver(visit, ({ realm, request, reply }) =>
    ports.interactions.signedIn(realm, request.raw, reply.raw, { ...login, amr: ['pwd'] }),
  )
}

const consent: Step = ({ ports }, visit) =>
  handOver(visit, ({ realm, request, reply }) => ports.interactions.consented(realm, request.raw, reply.raw))

const deny: Step = ({ ports }, visit) =>
  handOver(visit, ({ realm, request, reply }) => ports.interactions.denied(realm, request.raw, reply.raw))

/** The engine answers by itself. Ours until it has: what it throws before that still becomes a page. */
async function handOver(visit: Visit, answer: (visit: Visit) => Promise<void>): Promise<undefined> {
  await answer(visit)
  visit.reply.hijack()
}
