import { interactionPath } from './consent-page.ts'
import { cleanText } from './display/clean-text.ts'
import { clientFace } from './display/client-face.ts'
import { destinationOf } from './display/destination.ts'
import type { SignInView } from './pages/sign-in.ts'
import type { Interaction } from './ports.ts'
import { linkBase } from './realm-of.ts'
import { type Page, renderPage } from './render-page.ts'
import type { SignInProblem } from './sign-in-problem.ts'
import type { Choice } from './upstream/choose-providers.ts'
import { providerButtons } from './upstream/upstream-pages.ts'
import type { Visit } from './visit.ts'

/** What a sign-in page is about, and what went wrong the last time. */
export interface SignInDetails {
  readonly token: string
  readonly now: number
  /** As it was typed, so that it need not be typed again. */
  readonly username?: string
  readonly problem?: SignInProblem
}

export interface InteractionSignInDetails extends SignInDetails {
  readonly choice: Choice
}

export function interactionSignInPage(visit: Visit, interaction: Interaction, details: InteractionSignInDetails): Page {
  const { texts } = visit
  const { client, redirectUri } = interaction
  const { choice } = details
  const path = interactionPath(visit, interaction)
  const others = client.firstParty ? choice.isNarrowed : choice.providers.length > 0
  return signInPage(
    visit,
    details,
    {
      action: path,
      text: '',
      context: contextOf(visit, interaction, details.now),
      username: cleanText(details.username ?? interaction.loginHint, USERNAME_LENGTH_MAX),
      offersToRemember: true,
      hasPasswordForm: choice.hasPasswordForm,
      // Others are asked for their consent first, on a page of its own.
      providers: client.firstParty ? providerButtons(visit, choice.providers, 'upstream.signInAt') : [],
      providersAction: `${path}/upstream`,
      others: others ? [{ href: `${path}?ways=all`, label: texts.t('upstream.otherWays') }] : [],
      heading: texts.t('signIn.title'),
    },
    redirectUri === undefined ? [] : [redirectUri],
  )
}

export function approvalsSignInPage(visit: Visit, details: SignInDetails): Page {
  const { realm, texts } = visit
  return signInPage(
    visit,
    details,
    {
      action: `${linkBase(realm)}/backchannel-requests`,
      text: texts.t('approvals.signIn'),
      context: undefined,
      username: cleanText(details.username, USERNAME_LENGTH_MAX),
      offersToRemember: false,
      hasPasswordForm: true,
      providers: [],
      providersAction: '',
      others: [],
      heading: texts.t('signIn.title'),
    },
    [],
  )
}

const USERNAME_LENGTH_MAX = 256

function signInPage(
  { realm, texts }: Visit,
  { token, problem }: SignInDetails,
  view: Omit<SignInView, 'token' | 'problem'>,
  formTargets: readonly string[],
): Page {
  const frame = { realm, texts, title: texts.t('signIn.title'), addresses: { formTargets } }
  const answer = problem === undefined ? {} : { status: problem.status, headers: problem.headers }
  return renderPage('sign-in', { ...frame, ...answer }, { ...view, token, problem: problem?.text ?? '' })
}

/** Who asks for the sign-in, and where it goes on afterwards. */
function contextOf({ realm, texts, languages }: Visit, { client, redirectUri }: Interaction, now: number): SignInView['context'] {
  const face = clientFace(client, { realm, texts, languages, now, redirectUri })
  return {
    client: texts.rich('signIn.for', { client: face.name }),
    destination: destinationText(texts, redirectUri),
    isVerified: face.standing !== 'unverified',
  }
}

function destinationText(texts: Visit['texts'], redirectUri: string | undefined): string {
  const destination = destinationOf(redirectUri)
  if (destination === undefined) return ''
  if (destination.kind === 'app') return texts.rich('signIn.continueApp', { scheme: `${destination.scheme}:` })
  return texts.rich('signIn.continue', { host: destination.host })
}
