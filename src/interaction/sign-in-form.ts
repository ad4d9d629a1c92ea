import type { User } from './ports.ts'
import type { Room } from './room.ts'
import { type FailedSignIn, logRefusedSignIn } from './sign-in-problem.ts'
import { formOf, type Visit } from './visit.ts'

/** A sign-in form that did not do; the name is shown again as it was typed. */
export interface FailedForm {
  readonly verdict: FailedSignIn
  readonly username: string
}

/** Checks the user name and the password of a form that was found genuine. */
export async function checkSignInForm(room: Room, { request, realm }: Visit): Promise<{ readonly user: User } | FailedForm> {
  const form = formOf(request)
  const username = form.get('username') ?? ''
  const credentials = { realm: realm.name, address: request.ip, username, password: form.get('password') ?? '' }
  const verdict = await room.authenticate(credentials)
  if (verdict.kind === 'accepted') return { user: verdict.user }
  logRefusedSignIn(request, verdict)
  return { verdict, username }
}
