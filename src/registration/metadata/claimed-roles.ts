import type { JsonObject } from '../client.ts'
import { claimText, claimValues } from './claim-path.ts'
import { isJsonObject } from './json-shape.ts'

/** Where a statement says which roles its software has. */
export interface RoleClaim {
  readonly claim: string
  readonly roleField: string
  readonly statusField?: string
  readonly activeStatuses: readonly string[]
}

/** The roles that count: texts as they are; of objects with a status, only the active ones (OFBR-10). */
export function rolesIn(claims: JsonObject, { claim, ...fields }: RoleClaim): readonly string[] {
  return claimValues(claims, claim).flatMap((entry) => {
    if (isJsonObject(entry)) return isActive(entry, fields) ? (claimText(entry, fields.roleField) ?? []) : []
    return typeof entry === 'string' && fields.statusField === undefined ? entry : []
  })
}

function isActive(entry: JsonObject, { statusField, activeStatuses }: Omit<RoleClaim, 'claim'>): boolean {
  if (statusField === undefined) return true
  const status = claimText(entry, statusField)?.toLowerCase()
  return activeStatuses.some((active) => active.toLowerCase() === status)
}
