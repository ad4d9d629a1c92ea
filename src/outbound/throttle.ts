import ipaddr from 'ipaddr.js'
import { RateLimiterMemory } from 'rate-limiter-flexible'
import type { OutboundOptions } from './options.ts'
import { OutboundFailure } from './outbound-failure.ts'

/** However many clients name one host, it does not hear more of us than this (SEC-SSRF-09). */
export interface Throttle {
  countRequest(host: string): Promise<void>
  /** Any number of names can lead to one address, so that addresses count as well. */
  countConnection(address: string): Promise<void>
}

export function createThrottle(options: OutboundOptions): Throttle {
  const perMinute = (points: number): RateLimiterMemory => new RateLimiterMemory({ points, duration: 60 })
  const all = perMinute(options.requestsPerMinuteMax)
  const hosts = perMinute(options.requestsPerMinutePerHostMax)
  const addresses = perMinute(options.requestsPerMinutePerHostMax)

  return {
    countRequest: async (host) => {
      await consume(hosts, host)
      await consume(all, '')
    },
    countConnection: (address) => consume(addresses, neighbourhood(address)),
  }
}

async function consume(limiter: RateLimiterMemory, key: string): Promise<void> {
  await limiter.consume(key).catch((cause: unknown) => {
    throw new OutboundFailure('limited', `too many requests to ${key === '' ? 'everybody' : key} within a minute`, cause)
  })
}

/** Whoever has one IPv6 address has the whole /64. */
function neighbourhood(address: string): string {
  const parsed = ipaddr.process(address)
  return parsed instanceof ipaddr.IPv6 ? parsed.parts.slice(0, 4).join(':') : parsed.toString()
}
