import { Value } from 'typebox/value'
import type { UpstreamPorts, User } from '../../src/interaction/index.ts'
import { createOutbound, type OutboundOptions, outboundOptions } from '../../src/outbound/index.ts'

// The real way out, as development has it: to providers of the test on loopback addresses.
const options = Value.Default(outboundOptions, {}) as OutboundOptions
const outbound = createOutbound(options, { development: true })

/** Accounts and attempts in memory. */
export function memoryUpstream(users = new Map<string, User>(), log: string[] = []): UpstreamPorts {
  const links = new Map<string, string>()
  const attempts = new Map<string, { readonly payload: Readonly<Record<string, unknown>>; readonly consumedAt?: number }>()
  let ids = 0
  return {
    accounts: {
      find: async (link) => {
        const user = users.get(links.get(JSON.stringify(link)) ?? '')
        return user === undefined ? undefined : { ...user, ownsAccount: true }
      },
      findByVerifiedEmail: async () => [],
      create: async (link, { id, usernames, claims }, event) => {
        const isFree = (name: string) => [...users.values()].every(({ username }) => username !== name)
        const username = usernames.find(isFree) ?? id
        const user = { realm: link.realm, id, username, passwordHash: '', claims, active: true, provisioned: false }
        users.set(id, user)
        links.set(JSON.stringify(link), id)
        log.push(`${event.type} ${username} by ${event.actor}`)
        return user
      },
      link: async () => false,
      saveClaims: async (_realm, id, claims) => {
        const user = users.get(id)
        if (user !== undefined) users.set(id, { ...user, claims })
      },
    },
    attempts: {
      insertOnce: async (object) => attempts.set(JSON.stringify([object.realm, object.id]), object) !== undefined,
      find: async ({ realm, id }) => attempts.get(JSON.stringify([realm, id])),
      consume: async ({ realm, id }, at) => {
        const key = JSON.stringify([realm, id])
        const found = attempts.get(key)
        if (found === undefined || found.consumedAt !== undefined) return false
        attempts.set(key, { ...found, consumedAt: at })
        return true
      },
    },
    vault: { seal: (clear) => clear, open: (sealed) => sealed },
    fetch: outbound.providerFetch,
    clientAssertions: {
      sign: async () => {
        throw new Error('no provider of these tests asks for an assertion')
      },
    },
    newId: () => `upstream-${++ids}`,
  }
}
