import type { Realm } from '../registration/index.ts'
import type { Authenticate } from './authenticate.ts'
import { basicChallenge, basicCredentials } from './basic-credentials.ts'
import type { User } from './ports.ts'
import type { Page } from './render-page.ts'
import { type FailedSignIn, signInProblem } from './sign-in-problem.ts'
import { stopPage } from './stop.ts'
import type { Texts } from './texts.ts'

/** The second validator, as scripts use it: what came in `Authorization`, if anything did (RFC 7617). */
export interface BasicAttempt {
  readonly realm: Realm
  readonly texts: Texts
  readonly authorization: string | undefined
  readonly address: string
}

/** `verdict` is absent where there were no credentials to judge. */
export type BasicOutcome = { readonly user: User } | { readonly page: Page; readonly verdict?: FailedSignIn }

export async function checkBasic(authenticate: Authenticate, attempt: BasicAttempt): Promise<BasicOutcome> {
  const { realm, texts, authorization, address } = attempt
  const challenge = { headers: { 'www-authenticate': basicChallenge(realm.name) } }
  const given = basicCredentials(authorization)
  if (given === undefined) return { page: stopPage(attempt, 'credentials', challenge) }
  const verdict = await authenticate({ realm: realm.name, address, ...given })
  if (verdict.kind === 'accepted') return { user: verdict.user }
  if (verdict.kind === 'rejected') return { verdict, page: stopPage(attempt, 'credentials', challenge) }
  const { headers, text } = signInProblem(verdict, texts)
  return { verdict, page: stopPage(attempt, verdict.kind, { headers, text }) }
}
