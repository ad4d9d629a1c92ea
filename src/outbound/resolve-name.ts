import { lookup, Resolver } from 'node:dns/promises'

export interface ResolvedAddress {
  readonly address: string
  readonly family: 4 | 6
}

/** Every address of a name. @throws when there is none. */
export type ResolveName = (hostname: string) => Promise<readonly ResolvedAddress[]>

/**
 * For names that strangers choose. It asks the name servers over sockets of its own: the system's resolver would occupy
 * threads that password hashing and files need, for as long as a hostile name server likes.
 */
export function createStrangersResolver(timeoutMilliseconds: number): ResolveName {
  const resolver = new Resolver({ timeout: timeoutMilliseconds, tries: 1 })
  return async (hostname) => {
    const [four, six] = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)])
    const addresses = [...spell(four, 4), ...spell(six, 6)]
    if (addresses.length === 0) throw new Error(`${hostname} has no address`, { cause: reasonOf(four) })
    return addresses
  }
}

/** For names that the operator listed, and in development: with the hosts file and search domains of the machine. */
export const resolveByTheSystem: ResolveName = async (hostname) => {
  const addresses = await lookup(hostname, { all: true, verbatim: true })
  return addresses.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }))
}

function spell(answer: PromiseSettledResult<readonly string[]>, family: 4 | 6): readonly ResolvedAddress[] {
  return answer.status === 'fulfilled' ? answer.value.map((address) => ({ address, family })) : []
}

function reasonOf(answer: PromiseSettledResult<unknown>): unknown {
  return answer.status === 'rejected' ? answer.reason : undefined
}
