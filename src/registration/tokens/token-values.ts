import type { Entropy } from '../ports.ts'

// A prefix tells the kinds apart without a look-up, and lets secret scanners find a leaked one.
const initialAccessTokenPrefix = 'iat_'
const registrationAccessTokenPrefix = 'rat_'

export function newInitialAccessToken(entropy: Entropy): string {
  return initialAccessTokenPrefix + entropy.secret()
}

export function newRegistrationAccessToken(entropy: Entropy): string {
  return registrationAccessTokenPrefix + entropy.secret()
}

export function hasInitialAccessTokenShape(value: string): boolean {
  return value.startsWith(initialAccessTokenPrefix)
}
