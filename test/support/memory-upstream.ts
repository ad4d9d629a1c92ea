import type { UpstreamPorts, User } from '../../src/interaction/index.ts'

/** Accounts and attempts in memory; the way out is the real `fetch`, to providers of the test. */
export function memoryUpstream(): UpstreamPorts {
  const accounts = new Map<string, User & { readonly ownsAccount: boolean }>()
  const attempts = new Map<string, { readonly payload: Readonly<Record<string, unknown>>; readonly consumedAt?: number }>()
  let ids = 0
  return {
    accounts: {
      find: async (link) => accounts.get(JSON.stringify(link)),
      findByVerifiedEmail: async () => [],
      create: async (link, { id, usernames, claims }) => {
        const [username = ''] = usernames
        const user = { realm: link.realm, id, username, passwordHash: '', claims, active: true, provisioned: false }
        accounts.set(JSON.stringify(link), { ...user, ownsAccount: true })
        return user
      },
      link: async () => false,
      saveClaims: async () => undefined,
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
    fetch: (url, init) => fetch(url, init),
    clientAssertions: {
      sign: async () => {
        throw new Error('no provider of these tests asks for an assertion')
      },
    },
    newId: () => `upstream-${++ids}`,
  }
}
