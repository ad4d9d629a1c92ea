import type { Client } from './client.ts'
import type { Limit, Requester } from './policy-authority/define-policy.ts'
import { type Change, type ClientGroup, GroupFull, type GroupLimit, IdentifierUsed, type RegistrationStore } from './ports.ts'
import { Refusal } from './refusal.ts'
import { jwtRefusal, requestSubject, statementSubject } from './software-statement/jwt-subject.ts'
import { tokenGroupOf } from './tokens/token-group.ts'

/** A limit of a policy, on the clients that it counts for this one. */
export interface AppliedLimit extends GroupLimit {
  readonly limit: Limit
}

/**
 * The limits that a client is under. How many an address or a token has registered is a matter of registering alone; how many
 * clients are the same software can change with every update.
 */
export function appliedLimits(
  limits: readonly Limit[],
  operation: 'create' | 'update',
  client: Pick<Client, 'metadata' | 'provenance'>,
): readonly AppliedLimit[] {
  return limits.flatMap((limit) => {
    const group = groupOf(limit, client)
    if (group === undefined || (operation === 'update' && group.kind !== 'software')) return []
    return [{ group, max: limit.max, evictUnused: limit.evictUnused, limit }]
  })
}

/** @throws Refusal in the words of the policy whose limit is reached, or for a statement that was used before. */
export async function commitWithinLimits(
  change: Omit<Change, 'limits'>,
  limits: readonly AppliedLimit[],
  store: Pick<RegistrationStore, 'commit'>,
): Promise<void> {
  try {
    await store.commit({ ...change, ...(limits.length === 0 ? {} : { limits: limits.map(({ limit: _, ...rest }) => rest) }) })
  } catch (error) {
    if (error instanceof GroupFull) throw limitReached(limits[error.limit], error)
    if (error instanceof IdentifierUsed) throw identifierUsed(change.use?.[error.identifier]?.kind, error)
    throw error
  }
}

export function limitReached(applied: AppliedLimit | undefined, cause?: unknown): Refusal {
  if (applied === undefined) throw new Error('the store refused a limit that nobody set', { cause })
  const { limit, group } = applied
  const member = group.kind === 'software' ? { member: 'software_id' } : {}
  return new Refusal(limit.code, limit.reason, { ...member, cause })
}

export function identifierUsed(kind: 'statement' | 'request' | undefined, cause?: unknown): Refusal {
  const subject = kind === 'request' ? requestSubject : statementSubject
  return jwtRefusal(subject, 'was used before; its jti is accepted once', { cause })
}

function groupOf({ of }: Limit, { metadata, provenance }: Pick<Client, 'metadata' | 'provenance'>): ClientGroup | undefined {
  switch (of.kind) {
    case 'realm':
      return { kind: 'realm' }
    case 'address':
      return networkOf(provenance.address, of)
    case 'token':
      return tokenOf(provenance)
    case 'software':
      return softwareOf(metadata, of.perVersion)
  }
}

function networkOf(
  address: Requester['address'],
  { ipv4Bits, ipv6Bits }: { readonly ipv4Bits: number; readonly ipv6Bits: number },
): ClientGroup | undefined {
  if (address === undefined) return undefined
  return { kind: 'address', network: `${address}/${address.includes(':') ? ipv6Bits : ipv4Bits}` }
}

function tokenOf(provenance: Client['provenance']): ClientGroup | undefined {
  const value = tokenGroupOf(provenance)
  return value === undefined ? undefined : { kind: 'token', value }
}

function softwareOf({ software_id, software_version }: Client['metadata'], perVersion: boolean): ClientGroup | undefined {
  if (software_id === undefined) return undefined
  return { kind: 'software', software_id, ...(perVersion && software_version !== undefined ? { software_version } : {}) }
}
