import type { FastifyInstance, FastifyReply } from 'fastify'
import { cleanText } from './display/clean-text.ts'
import { clientFace } from './display/client-face.ts'
import { describeScope } from './display/requested-access.ts'
import type { ApprovalView } from './pages/approvals.ts'
import type { BackchannelRequest, User } from './ports.ts'
import { linkBase } from './realm-of.ts'
import { renderPage } from './render-page.ts'
import type { Room } from './room.ts'
import { checkSignInForm, type FailedForm } from './sign-in-form.ts'
import { approvalsSignInPage } from './sign-in-page.ts'
import { signInProblem } from './sign-in-problem.ts'
import { stop } from './stop.ts'
import type { TextKey } from './texts.ts'
import { acceptsPasswords } from './upstream/choose-providers.ts'
import { formOf, show, type Visit, visitOf } from './visit.ts'

/** Where a person answers back-channel requests (CIBA): signs in, sees what waits, allows or denies. */
export function registerApprovalRoutes(app: FastifyInstance, room: Room): void {
  app.get(PATH, async (request, reply) => {
    const visit = visitOf(request, reply)
    const user = await signedInUser(room, visit)
    return user === undefined ? presentSignIn(room, visit) : presentRequests(room, visit, user)
  })
  app.post(PATH, async (request, reply) => {
    const visit = visitOf(request, reply)
    const user = await signedInUser(room, visit)
    const form = formOf(request)
    if (!room.antiForgery.isGenuine(visit, subjectOf(user), form.get('token'))) return stop(visit, 'forged')
    return user === undefined ? signIn(room, visit) : decide(room, visit, user)
  })
}

const PATH = '/backchannel-requests'
const MESSAGE_LENGTH_MAX = 200
const RESOURCE_LENGTH_MAX = 2000

async function signedInUser({ ports, approvalSessions }: Room, visit: Visit): Promise<User | undefined> {
  const accountId = approvalSessions.accountOf(visit)
  const user = accountId === undefined ? undefined : await ports.users.findById(visit.realm.name, accountId)
  return user?.active === true ? user : undefined
}

function subjectOf(user: User | undefined): readonly string[] {
  return ['approvals', user?.id ?? '']
}

async function signIn(room: Room, visit: Visit): Promise<FastifyReply> {
  if (!acceptsPasswords(visit.realm)) return stop(visit, 'passwords')
  const outcome = await checkSignInForm(room, visit)
  if (!('user' in outcome)) return presentSignIn(room, visit, outcome)
  room.approvalSessions.start(visit, outcome.user.id)
  return backToPage(visit)
}

async function decide(room: Room, visit: Visit, user: User): Promise<FastifyReply> {
  const { backchannelRequests } = room.ports
  const form = formOf(visit.request)
  const id = form.get('request') ?? ''
  switch (form.get('action')) {
    case 'approve': {
      const isApproved = await backchannelRequests.approve(visit.realm, id, user.id)
      return presentRequests(room, visit, user, isApproved ? 'approvals.approved' : 'approvals.gone')
    }
    case 'deny': {
      const isDenied = await backchannelRequests.deny(visit.realm, id, user.id)
      return presentRequests(room, visit, user, isDenied ? 'approvals.denied' : 'approvals.gone')
    }
    case 'sign-out':
      room.approvalSessions.end(visit)
      return backToPage(visit)
    default:
      return stop(visit, 'badForm')
  }
}

function backToPage({ realm, reply }: Visit): FastifyReply {
  return reply.header('cache-control', 'no-store').redirect(`${linkBase(realm)}${PATH}`, 303)
}

async function presentSignIn(room: Room, visit: Visit, failed?: FailedForm): Promise<FastifyReply> {
  const token = room.antiForgery.tokenFor(visit, subjectOf(undefined))
  const again = failed && { username: failed.username, problem: signInProblem(failed.verdict, visit.texts) }
  return show(visit, approvalsSignInPage(visit, { token, now: room.ports.now(), ...again }))
}

async function presentRequests({ ports, antiForgery }: Room, visit: Visit, user: User, outcome?: TextKey): Promise<FastifyReply> {
  const { realm, texts } = visit
  const pending = await ports.backchannelRequests.pending(realm, user.id)
  return show(
    visit,
    renderPage(
      'approvals',
      { realm, texts, title: texts.t('approvals.title') },
      {
        account: cleanText(user.username, MESSAGE_LENGTH_MAX),
        action: `${linkBase(realm)}${PATH}`,
        token: antiForgery.tokenFor(visit, subjectOf(user)),
        outcome: outcome === undefined ? '' : texts.t(outcome),
        requests: pending.map((request) => approvalView(visit, request, ports.now())),
      },
    ),
  )
}

function approvalView({ realm, texts, languages }: Visit, request: BackchannelRequest, now: number): ApprovalView {
  return {
    id: request.id,
    face: clientFace(request.client, { realm, texts, languages, now }),
    message: cleanText(request.bindingMessage, MESSAGE_LENGTH_MAX),
    scopes: request.scopes.map((name) => ({ ...describeScope(name, realm, texts), isNew: false })),
    resources: request.resources.map((identifier) => cleanText(identifier, RESOURCE_LENGTH_MAX)),
    expires: texts.t('approvals.expires', { when: texts.relative(Math.max(0, request.expiresAt - now)) }),
  }
}
