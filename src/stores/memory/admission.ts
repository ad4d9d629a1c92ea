import { BlockList, isIPv6 } from 'node:net'
import {
  type Change,
  type Client,
  type ClientGroup,
  GroupFull,
  type GroupLimit,
  IdentifierUsed,
  type ObstacleQuery,
  type Obstacles,
  tokenGroupOf,
  type UsedIdentifier,
} from '../../registration/index.ts'

/** As in `registrar_admit`: so many clients at most make room for one. */
const evictionsMax = 10

export type UsedIdentifiers = Map<string, number>

/** The clients that make room for the one that is written. @throws GroupFull, IdentifierUsed */
export function admit(clients: readonly Client[], used: UsedIdentifiers, change: Change): readonly Client[] {
  const { realm, insert, replace, limits = [], use = [], at } = change
  const isUsed = use.findIndex((identifier) => (used.get(keyOfIdentifier(realm, identifier)) ?? 0) > at)
  if (isUsed !== -1) throw new IdentifierUsed(isUsed)
  const except = (insert ?? replace?.client)?.client_id
  return limits.reduce<readonly Client[]>((evicted, limit, index) => {
    const group = membersOf(clients, { realm, except, group: limit.group }).filter((client) => !evicted.includes(client))
    const needed = group.length - limit.max + 1
    if (needed <= 0) return evicted
    const unused = oldestUnused(group)
    if (!limit.evictUnused || needed > Math.min(evictionsMax, unused.length)) throw new GroupFull(index)
    return evicted.concat(unused.slice(0, needed))
  }, [])
}

export function findObstacles(
  clients: readonly Client[],
  used: UsedIdentifiers,
  { realm, except, limits, use }: ObstacleQuery,
): Obstacles {
  const groups = limits.map(({ group }) => membersOf(clients, { realm, except, group }))
  return {
    counts: groups.map((group, index) => Math.min(group.length, (limits[index]?.max ?? 0) + evictionsMax)),
    evictable: limits.map((limit, index) => canMakeRoom(limit, groups[index] ?? [])),
    used: use.map((identifier) => used.has(keyOfIdentifier(realm, identifier))),
  }
}

function canMakeRoom({ max }: GroupLimit, group: readonly Client[]): boolean {
  const needed = group.length - max + 1
  return needed <= evictionsMax && oldestUnused(group).length >= Math.max(needed, 1)
}

export function keyOfIdentifier(realm: string, { kind, issuer, jti }: UsedIdentifier): string {
  return JSON.stringify([realm, kind, issuer, jti])
}

interface Counted {
  readonly realm: string
  readonly except: string | undefined
  readonly group: ClientGroup
}

function membersOf(clients: readonly Client[], { realm, except, group }: Counted): readonly Client[] {
  return clients.filter((client) => client.realm === realm && client.client_id !== except && isMember(client, group))
}

function isMember(client: Client, group: ClientGroup): boolean {
  if (group.kind === 'realm') return true
  if (group.kind === 'token') return tokenGroupOf(client.provenance) === group.value
  if (group.kind === 'address') return isSelfRegistered(client) && isWithin(client.provenance.address, group.network)
  const { software_id, software_version } = client.metadata
  return software_id === group.software_id && [undefined, software_version].includes(group.software_version)
}

function isWithin(address: string | undefined, network: string): boolean {
  const [base = '', bits] = network.split('/')
  const list = new BlockList()
  list.addSubnet(base, Number(bits), isIPv6(base) ? 'ipv6' : 'ipv4')
  return address !== undefined && list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')
}

function oldestUnused(group: readonly Client[]): readonly Client[] {
  return group
    .filter((client) => client.firstUsedAt === undefined && client.state !== 'suspended' && isSelfRegistered(client))
    .sort((a, b) => a.client_id_issued_at - b.client_id_issued_at || (a.client_id < b.client_id ? -1 : 1))
}

function isSelfRegistered({ channel }: Client): boolean {
  return ['open', 'initial-access-token', 'software-statement', 'certificate'].includes(channel)
}
