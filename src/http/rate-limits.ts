import { createHmac, randomBytes } from 'node:crypto'
import ipaddr from 'ipaddr.js'
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { tooManyRequests } from './http-problem.ts'
import type { HttpOptions, RateLimit } from './options.ts'

/** Counted per node, in memory; past a limit an HttpProblem 429 is thrown (DCR-EP-07, DCM-SEC-02, SEC-DOS-01). */
export interface RateLimits {
  /** Counts a registration request, with the token it presents. */
  countRegistration(address: string, token: string | undefined): Promise<void>
  /** Refuses an address that has failed too often. */
  checkManagement(address: string): Promise<void>
  /** Counts a refused registration access token. */
  countFailedManagement(address: string, client: string): Promise<void>
  /** Refuses an address whose client authentications have failed too often. */
  checkClientAuthentication(address: string): Promise<void>
  countFailedClientAuthentication(address: string): Promise<void>
}

export function createRateLimits(limits: HttpOptions['rateLimits']): RateLimits {
  const perAddress = createLimiter(limits.registrationsPerAddress)
  const perToken = createLimiter(limits.registrationsPerInitialAccessToken)
  const overall = createLimiter(limits.registrations)
  const managementPerAddress = createLimiter(limits.failedManagementPerAddress)
  const managementPerClient = createLimiter(limits.failedManagementPerClient)
  const authenticationPerAddress = createLimiter(limits.failedClientAuthenticationPerAddress)
  const digest = createDigest()

  return {
    // The address comes first, so that one that is over its limit does not eat what is left for everybody.
    async countRegistration(address, token) {
      await consume(perAddress, network(address))
      if (token !== undefined) await consume(perToken, digest(token))
      await consume(overall, 'all')
    },
    checkManagement: (address) => check(managementPerAddress, network(address)),
    // Past the client's limit its failures alone are refused: a stranger must not lock the holder of the token out.
    async countFailedManagement(address, client) {
      await managementPerAddress.penalty(network(address))
      await consume(managementPerClient, digest(client))
    },
    checkClientAuthentication: (address) => check(authenticationPerAddress, network(address)),
    async countFailedClientAuthentication(address) {
      await authenticationPerAddress.penalty(network(address))
    },
  }
}

function createLimiter({ requestsMax, windowSeconds }: RateLimit): RateLimiterMemory {
  return new RateLimiterMemory({ points: requestsMax, duration: windowSeconds })
}

async function consume(limiter: RateLimiterMemory, key: string): Promise<void> {
  try {
    await limiter.consume(key)
  } catch (reason) {
    if (reason instanceof RateLimiterRes) throw tooManyRequests(toSeconds(reason))
    throw reason
  }
}

async function check(limiter: RateLimiterMemory, key: string): Promise<void> {
  const state = await limiter.get(key)
  if (state !== null && state.consumedPoints >= limiter.points) throw tooManyRequests(toSeconds(state))
}

function toSeconds({ msBeforeNext }: RateLimiterRes): number {
  return Math.max(1, Math.ceil(msBeforeNext / 1000))
}

/** Keys of one length, and no token in memory longer than its request; the key dies with the process. */
function createDigest(): (value: string) => string {
  const key = randomBytes(32)
  return (value) => createHmac('sha256', key).update(value).digest('base64url')
}

/** Whoever has one address of an IPv6 /64 has them all (SEC-DOS-01). */
function network(address: string): string {
  if (!ipaddr.isValid(address)) return address
  const parsed = ipaddr.process(address)
  return parsed.kind() === 'ipv4' ? parsed.toString() : parsed.toByteArray().slice(0, 8).join('.')
}
