import type { LookupFunction } from 'node:net'
import { asOutboundFailure, OutboundFailure } from './outbound-failure.ts'
import type { ResolvedAddress, ResolveName } from './resolve-name.ts'

/** A name with hundreds of addresses would make us knock at hundreds of doors. */
const ADDRESSES_TRIED_MAX = 4

export interface AddressChecks {
  readonly permits: (address: string) => boolean
  /** Counts a connection to this address. @throws OutboundFailure when there were too many. */
  readonly count: (address: string) => Promise<void>
}

/**
 * The name is resolved once, every address is judged, and the socket gets exactly those addresses: a second answer of the
 * name server is never asked for (SEC-SSRF-02). One bad address among good ones spoils the name.
 */
export function checkedLookup(resolveName: ResolveName, checks: AddressChecks): LookupFunction {
  return (hostname, options, callback) => {
    resolveChecked(hostname, resolveName, checks).then(
      ([first, ...others]) => {
        if (options.all === true) callback(null, [first, ...others])
        else callback(null, first.address, first.family)
      },
      (error: unknown) => callback(asOutboundFailure(error), '', 0),
    )
  }
}

type Addresses = [ResolvedAddress, ...ResolvedAddress[]]

async function resolveChecked(hostname: string, resolveName: ResolveName, { permits, count }: AddressChecks): Promise<Addresses> {
  const addresses = await resolveName(hostname)
  const bad = addresses.find(({ address }) => !permits(address))
  if (bad !== undefined) throw new OutboundFailure('refused', `${hostname} leads to ${bad.address}`)
  const [first, ...others] = addresses.slice(0, ADDRESSES_TRIED_MAX)
  if (first === undefined) throw new OutboundFailure('failed', `${hostname} has no address`)
  for (const { address } of [first, ...others]) await count(address)
  return [first, ...others]
}
