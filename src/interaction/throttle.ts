import ipaddr from 'ipaddr.js'
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import type { InteractionOptions } from './options.ts'

/** Counts sign-in attempts per user name and address, and per address alone. */
export interface Throttle {
  /** Seconds to wait, or `undefined`: go ahead. Counted before the password is looked at, so that parallel guesses count too. */
  attempt(who: Attempt): Promise<number | undefined>
  /** The right password takes its own attempt back. */
  forgive(who: Attempt): Promise<void>
  /** As if it had not been made: nobody looked at the password. */
  takeBack(who: Attempt): Promise<void>
}

export interface Attempt {
  readonly realm: string
  readonly username: string
  readonly address: string
}

/**
 * Never per user name alone: a stranger could lock a person out then.
 * Per node and in memory: a cluster multiplies the limits by its nodes, which scrypt's price makes up for.
 */
export function createThrottle(options: InteractionOptions): Throttle {
  const duration = options.attemptWindowSeconds
  const users = new RateLimiterMemory({ keyPrefix: 'user', points: options.attemptsPerUserMax, duration })
  const addresses = new RateLimiterMemory({ keyPrefix: 'address', points: options.attemptsPerAddressMax, duration })

  return {
    async attempt(who) {
      return (await consume(addresses, addressKey(who))) ?? (await consume(users, userKey(who)))
    },
    async forgive(who) {
      await addresses.reward(addressKey(who))
      await users.delete(userKey(who))
    },
    async takeBack(who) {
      await addresses.reward(addressKey(who))
      await users.reward(userKey(who))
    },
  }
}

async function consume(limiter: RateLimiterMemory, key: string): Promise<number | undefined> {
  try {
    await limiter.consume(key)
    return undefined
  } catch (reason) {
    if (reason instanceof RateLimiterRes) return Math.max(1, Math.ceil(reason.msBeforeNext / 1000))
    throw reason
  }
}

function addressKey({ realm, address }: Attempt): string {
  return `${realm} ${network(address)}`
}

function userKey({ realm, username, address }: Attempt): string {
  return `${realm} ${network(address)} ${username.toLowerCase()}`
}

/** One household has a whole IPv6 /64, so that is what counts as an address. */
function network(address: string): string {
  if (!ipaddr.isValid(address)) return address
  const parsed = ipaddr.process(address)
  if (parsed.kind() === 'ipv4') return parsed.toString()
  return parsed.toByteArray().slice(0, 8).join('.')
}
