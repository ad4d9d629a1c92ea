import type { IncomingMessage } from 'node:http'
import { BlockList, isIPv6 } from 'node:net'
import ipaddr from 'ipaddr.js'

/** Whether the peer of a connection is a proxy that the operator named (SEC-TP-02). */
export type IsTrustedProxy = (address: string) => boolean

/** @throws Error on a network that is none: the process must not start believing the wrong ones. */
export function createTrustedProxies(networks: readonly string[]): IsTrustedProxy {
  if (networks.length === 0) return () => false
  const list = new BlockList()
  for (const network of networks) addNetwork(list, network)
  return (address) => ipaddr.isValid(address) && list.check(...familyOf(ipaddr.process(address).toString()))
}

const forwardingHeaders = [
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-forwarded-prefix',
  'x-forwarded-proto',
  'x-forwarded-server',
  'x-real-ip',
]

/**
 * What the engine may believe afterwards: the address that we found, and the scheme of the issuer. Everything else that
 * anybody said about forwarding is gone.
 */
export function rewriteForwarding(request: IncomingMessage, address: string, issuer: string): void {
  for (const name of forwardingHeaders) delete request.headers[name]
  request.headers['x-forwarded-for'] = address
  request.headers['x-forwarded-proto'] = new URL(issuer).protocol.slice(0, -1)
}

function addNetwork(list: BlockList, network: string): void {
  const [address = '', prefix] = network.split('/')
  const [parsed, family] = familyOf(address)
  if (prefix === undefined) list.addAddress(parsed, family)
  else list.addSubnet(parsed, Number(prefix), family)
}

function familyOf(address: string): [address: string, family: 'ipv4' | 'ipv6'] {
  return [address, isIPv6(address) ? 'ipv6' : 'ipv4']
}
