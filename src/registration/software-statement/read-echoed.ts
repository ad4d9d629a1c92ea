import type { JsonObject } from '../client.ts'
import { findMember, isServerMember, splitMemberName } from '../metadata/index.ts'
import type { StatementIssuer } from '../realm.ts'
import { withoutBookkeeping } from './bookkeeping-claims.ts'

/**
 * Claims that answers show beside the metadata (SSP-25). A claim that is called like a member is shown as that member or not at
 * all: the value in force may be another one.
 */
export function readEchoed(claims: JsonObject, { echo, claimMap }: Pick<StatementIssuer, 'echo' | 'claimMap'>): JsonObject {
  const wanted = (name: string): boolean => {
    if (echo === 'all') return true
    const { base } = splitMemberName(name)
    return echo === 'mapped' ? Object.hasOwn(claimMap, base) : echo.includes(name)
  }
  return Object.fromEntries(Object.entries(withoutBookkeeping(claims)).filter(([name]) => !isTaken(name) && wanted(name)))
}

function isTaken(name: string): boolean {
  return isServerMember(name) || findMember(splitMemberName(name).base) !== undefined
}
