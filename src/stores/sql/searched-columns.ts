import { createHash } from 'node:crypto'
import { isIP } from 'node:net'
import type { Channel, Client } from '../../registration/index.ts'

/** What a client says of itself may be longer than an index entry can be; who searches needs no more than this. */
const searchedCharactersMax = 255

export function searched(text: string | undefined): string | undefined {
  return text?.slice(0, searchedCharactersMax)
}

/** Stands in one index entry with `software_id`. */
const versionCharactersMax = 64

export function searchedVersion(text: string | undefined): string | undefined {
  return text?.slice(0, versionCharactersMax)
}

/** An entry of `properties`; one that is too long for an index is known by its digest, since it is only found whole. */
export function searchedProperty(realm: string, property: string): string {
  const entry = `${realm} ${property}`
  if (entry.length <= searchedCharactersMax) return entry
  return `${entry.slice(0, 128)}#${createHash('sha256').update(entry).digest('base64url')}`
}

/** Clients that came by themselves: they are counted by address, removed when never used, and make room for one another. */
export const selfRegisteredChannels: readonly Channel[] = ['open', 'initial-access-token', 'software-statement', 'certificate']

const mappedIPv4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)(?:\/(\d+))?$/i

/** A network in CIDR notation, in the form that `searchedAddress` gives its addresses. */
export function searchedNetwork(network: string): string {
  const [, address, bits] = mappedIPv4.exec(network) ?? []
  return address === undefined || bits === undefined ? network : `${address}/${Math.max(Number(bits) - 96, 0)}`
}

/** Where a self-registered client came from, as `inet` takes it: without a zone, and IPv4 as IPv4 whatever the socket was. */
export function searchedAddress({ channel, provenance }: Client): string | undefined {
  const address = provenance.address?.replace(/%.*$/, '').replace(mappedIPv4, '$1')
  return address !== undefined && isIP(address) !== 0 && selfRegisteredChannels.includes(channel) ? address : undefined
}
