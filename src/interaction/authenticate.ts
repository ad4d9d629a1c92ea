import { type Gate, Overloaded } from './gate.ts'
import { hashPassword, isOutdated, verifyPassword } from './password.ts'
import type { User, Users } from './ports.ts'
import type { Attempt, Throttle } from './throttle.ts'

/** What became of a user name and a password. A wrong name and a wrong password look alike (SEC-TEN-02). */
export type SignInVerdict =
  | { readonly kind: 'accepted'; readonly user: User }
  | { readonly kind: 'rejected' }
  | { readonly kind: 'throttled'; readonly retryAfterSeconds: number }
  | { readonly kind: 'overloaded' }

export interface Credentials extends Attempt {
  readonly password: string
}

/** The one way to check a password, whether it came in a form or in `Authorization: Basic`. */
export type Authenticate = (credentials: Credentials) => Promise<SignInVerdict>

export function createAuthenticate(users: Users, throttle: Throttle, gate: Gate): Authenticate {
  return async (credentials) => {
    if (!isPlausible(credentials)) return { kind: 'rejected' }
    const retryAfterSeconds = await throttle.attempt(credentials)
    if (retryAfterSeconds !== undefined) return { kind: 'throttled', retryAfterSeconds }
    try {
      const user = await gate.run(() => checkPassword(users, credentials))
      if (user === undefined) return { kind: 'rejected' }
      await throttle.forgive(credentials)
      return { kind: 'accepted', user }
    } catch (error) {
      if (error instanceof Overloaded) return { kind: 'overloaded' }
      throw error
    }
  }
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
async function checkPassword(users: Users, { realm, username, password }: Credentials): Promise<User | undefined> {
  const user = await users.findByUsername(realm, username)
  if (user === undefined) {
    await hashPassword(password)
    return undefined
  }
  const isRight = await verifyPassword(password, user.passwordHash)
  if (isOutdated(user.passwordHash)) {
    const passwordHash = await hashPassword(password)
    if (isRight && !user.provisioned) await users.savePasswordHash(realm, user.id, passwordHash)
  }
  return isRight && user.active ? user : undefined
}
