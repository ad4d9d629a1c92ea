import type { FastifyInstance } from 'fastify'
import { checkBasic } from './basic-sign-in.ts'
import { consentPage } from './consent-page.ts'
import { handOver } from './hand-over.ts'
import { interactionSubject } from './interaction-subject.ts'
import type { Interaction } from './ports.ts'
import type { Room } from './room.ts'
import { checkSignInForm, type FailedForm } from './sign-in-form.ts'
import { interactionSignInPage } from './sign-in-page.ts'
import { logRefusedSignIn, signInProblem } from './sign-in-problem.ts'
import { stop } from './stop.ts'
import { beginUpstream } from './upstream/begin-upstream.ts'
import { acceptsPasswords, chooseProviders } from './upstream/choose-providers.ts'
import { upstreamConsentPage } from './upstream/upstream-pages.ts'
import { formOf, show, type Visit } from './visit.ts'
import { genuine, type Step, withInteraction } from './with-interaction.ts'

/** A pending authorization request in front of its person: sign-in, then consent. */
export function registerInteractionRoutes(app: FastifyInstance, room: Room): void {
  const path = '/interaction/:uid'
  // No HEAD: with HTTP Basic a GET already finishes the sign-in.
  app.get(path, { exposeHeadRoute: false }, (request, reply) => withInteraction(room, { request, reply }, present))
  app.post(path, (request, reply) => withInteraction(room, { request, reply }, genuine(['login'], signIn)))
  app.post(`${path}/consent`, (request, reply) => withInteraction(room, { request, reply }, genuine(['consent'], consent)))
  app.post(`${path}/deny`, (request, reply) => withInteraction(room, { request, reply }, genuine(['login', 'consent'], deny)))
}

const present: Step = async (room, visit, interaction) => {
  if (interaction.prompt === 'consent') {
    // Agreed to before sign-in, word for word: nobody is asked twice.
    return interaction.isConsentGiven ? consent(room, visit, interaction) : presentConsent(room, visit, interaction)
  }
  if (visit.realm.signIn === 'http-basic') return signInWithBasic(room, visit)
  return presentSignIn(room, visit, interaction)
}

async function presentSignIn(room: Room, visit: Visit, interaction: Interaction, failed?: FailedForm) {
  const { ways } = visit.request.query as { readonly ways?: unknown }
  const choice = chooseProviders(visit.realm, interaction, ways === 'all')
  const [only, ...others] = choice.providers
  const { client, request } = interaction
  const isObvious = others.length === 0 && (choice.isNarrowed || !choice.hasPasswordForm)
  // Somebody who came back without having signed in as needed is shown a page, not sent round in a circle.
  if (only !== undefined && client.firstParty && isObvious && !request.isRepeated)
    return beginUpstream(room, visit, interaction, { provider: only, by: 'itself' })
  const token = room.antiForgery.tokenFor(visit, interactionSubject(interaction))
  const details = { token, now: room.ports.now(), choice }
  const wantsPassword = choice.hasPasswordForm && (failed !== undefined || ways === 'password')
  if (only !== undefined && !client.firstParty && !wantsPassword)
    return show(visit, upstreamConsentPage(visit, interaction, details))
  const again = failed && { username: failed.username, problem: signInProblem(failed.verdict, visit.texts) }
  return show(visit, interactionSignInPage(visit, interaction, { ...details, ...again }))
}

async function presentConsent({ ports, antiForgery }: Room, visit: Visit, interaction: Interaction) {
  const { realm } = visit
  const token = antiForgery.tokenFor(visit, interactionSubject(interaction))
  const user = interaction.accountId === undefined ? undefined : await ports.users.findById(realm.name, interaction.accountId)
  return show(visit, consentPage(visit, interaction, { token, account: user?.username ?? '', now: ports.now() }))
}

const signIn: Step = async (room, visit, interaction) => {
  if (!acceptsPasswords(visit.realm)) return stop(visit, 'passwords')
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
