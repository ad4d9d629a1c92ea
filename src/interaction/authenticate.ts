import type { Realms } from '../registration/index.ts'
import { type Gate, Overloaded } from './gate.ts'
import type { AskDirectories, DirectoryVerdict } from './ldap/create-directories.ts'
import { hashPassword, isOutdated, verifyPassword } from './password.ts'
import type { User, Users } from './ports.ts'
import type { Attempt, Throttle } from './throttle.ts'

/** What became of a user name and a password. A wrong name and a wrong password look alike (SEC-TEN-02). */
export type SignInVerdict =
  | { readonly kind: 'accepted'; readonly user: User }
  | { readonly kind: 'rejected' }
  | { readonly kind: 'throttled'; readonly retryAfterSeconds: number }
  | { readonly kind: 'overloaded' }
  /** Whoever knows the password could not be asked. */
  | { readonly kind: 'unreachable' }

export interface Credentials extends Attempt {
  readonly password: string
}

/** The one way to check a password, whether it came in a form or in `Authorization: Basic`. */
export type Authenticate = (credentials: Credentials) => Promise<SignInVerdict>

export interface PasswordValidators {
  readonly realms: Pick<Realms, 'find'>
  readonly users: Users
  readonly askDirectories: AskDirectories
  readonly throttle: Throttle
  readonly gate: Gate
}

export function createAuthenticate(validators: PasswordValidators): Authenticate {
  const { throttle } = validators
  return async (credentials) => {
    if (!isPlausible(credentials)) return { kind: 'rejected' }
    const retryAfterSeconds = await throttle.attempt(credentials)
    if (retryAfterSeconds !== undefined) return { kind: 'throttled', retryAfterSeconds }
    try {
      return await settle(throttle, credentials, await judge(validators, credentials))
    } catch (error) {
      if (error instanceof Overloaded) return { kind: 'overloaded' }
      throw error
    }
  }
}

async function settle(throttle: Throttle, who: Attempt, verdict: DirectoryVerdict): Promise<SignInVerdict> {
  // Who was not judged has lost no attempt.
  if (verdict === 'unreachable') await throttle.takeBack(who)
  if (typeof verdict === 'string') return { kind: verdict }
  await throttle.forgive(who)
  return { kind: 'accepted', user: verdict.user }
}

/** Who has a password here is judged by it alone: somebody of the same name elsewhere is somebody else. */
async function judge(
  { realms, users, askDirectories, gate }: PasswordValidators,
  credentials: Credentials,
): Promise<DirectoryVerdict> {
  const realm = realms.find(credentials.realm)
  const isLocal = realm?.localUsers !== 'none'
  const local = isLocal ? await gate.run(() => checkPassword(users, credentials)) : 'unknown'
  if (local === 'wrong') return 'rejected'
  if (local !== 'unknown') return { user: local }
  return realm === undefined ? 'rejected' : askDirectories(realm, credentials.username, credentials.password)
}

const USERNAME_LENGTH_MAX = 256
const PASSWORD_LENGTH_MAX = 1024

// A NUL cannot be in a PostgreSQL text: it would be a fault there instead of a wrong name here.
function isPlausible({ username, password }: Credentials): boolean {
  return (
    username !== '' &&
    password !== '' &&
    !username.includes('\0') &&
    username.length <= USERNAME_LENGTH_MAX &&
    password.length <= PASSWORD_LENGTH_MAX
  )
}

/**
 * Every path costs one full hash and so takes the same time: an unknown name, and a hash from when hashes were
 * cheaper, pay with a new hash, which in the latter case is worth keeping once the password proved right.
 */
async function checkPassword(users: Users, { realm, username, password }: Credentials): Promise<User | 'wrong' | 'unknown'> {
  const user = await users.findByUsername(realm, username)
  if (user === undefined || user.passwordHash === '') {
    await hashPassword(password)
    return 'unknown'
  }
  const isRight = await verifyPassword(password, user.passwordHash)
  if (isOutdated(user.passwordHash)) {
    const passwordHash = await hashPassword(password)
    if (isRight && !user.provisioned) await users.savePasswordHash(realm, user.id, passwordHash)
  }
  return isRight && user.active ? user : 'wrong'
}
