import { hash } from 'node:crypto'
import {
  type Change,
  type ClientGroup,
  GroupFull,
  type GroupLimit,
  IdentifierUsed,
  type ObstacleQuery,
  type Obstacles,
  type UsedIdentifier,
} from '../../registration/index.ts'
import type { Query, Value } from './database.ts'
import { searched, searchedNetwork, searchedVersion } from './searched-columns.ts'
import { timeOrderedId } from './time-ordered-id.ts'
import { codeOf } from './typed-errors.ts'

/** As in `registrar_admit`: so many clients at most make room for one, and so many rows of locks a group has. */
const evictionsMax = 10
const stripes = 16

/** Whether a change has to go by `registrar_admit`; most have not, and are spared it. */
export function needsAdmission({ limits = [], use = [] }: Change): boolean {
  return limits.length > 0 || use.length > 0
}

/** `admitted`, for the statements of `commit-statements.ts`: the client is $2 of the realm $1, `admissionValues` begin at `$first`. */
export function admitting(first: number): string {
  const groups = ['text[]', 'text[]', 'text[]', 'bigint[]', 'integer[]', 'integer[]', 'text[]', 'integer[]', 'integer[]']
  const types = ['bigint', ...groups, 'text', 'text[]', 'bigint[]']
  const parameters = types.map((type, index) => `$${first + index}::${type}`).join(', ')
  return `admitted as materialized (select registrar_admit($1, $2, ${parameters}))`
}

/** The limits, by their index, that have to be counted exactly. */
type Exact = ReadonlySet<number>

function admissionValues({ realm, at, limits = [], use = [] }: Change, exact: Exact): readonly Value[] {
  const groups = limits.map(({ group }) => searchedGroup(group))
  const digests = groups.map((group) => familyDigest(realm, group))
  const holders = groups.map((group, index) => holderOf(digests[index], group, limits[index]?.max))
  const order = limits.map((_, index) => index).sort((a, b) => compare(holders[a], holders[b]))
  return [
    at,
    ...groupValues(groups, limits),
    limits.map(({ evictUnused }) => Number(evictUnused)),
    digests.map(firstSlotOf),
    holders,
    order.map((index) => index + 1),
    limits.map((_, index) => Number(exact.has(index))),
    limits.some(({ evictUnused }) => evictUnused) ? timeOrderedId() : '',
    use.map((identifier) => digestOf(realm, identifier)),
    use.map(({ until }) => until),
  ]
}

/**
 * Runs a statement with what `registrar_admit` asks for. @throws GroupFull, IdentifierUsed.
 * Whether a group has to be counted exactly shows on the way only, and seldom; whoever held its locks by then would make others
 * wait in a circle, so the statement gives them all back and is sent again.
 */
export async function withAdmission<Result>(
  change: Change,
  attempt: (values: readonly Value[]) => Promise<Result>,
): Promise<Result> {
  const exact = new Set<number>()
  for (;;) {
    try {
      return await attempt(needsAdmission(change) ? admissionValues(change, exact) : [])
    } catch (error) {
      const uncounted = uncountedLimit(error)
      if (uncounted === undefined || exact.has(uncounted)) throw error
      exact.add(uncounted)
    }
  }
}

/** The limit whose group has to be counted exactly. @throws what `registrar_admit` raised otherwise, in the words of the domain. */
function uncountedLimit(error: unknown): number | undefined {
  const index = Number((error as { readonly detail?: unknown }).detail)
  const code = codeOf(error)
  if (code === 'RG001') throw new GroupFull(index, { cause: error })
  if (code === 'RG002') throw new IdentifierUsed(index, { cause: error })
  return code === 'RG000' ? index : undefined
}

/** Counts no further than decides: beyond `max` and what could be evicted it makes no difference. */
export async function findObstacles(query: Query, { realm, except = '', limits, use }: ObstacleQuery): Promise<Obstacles> {
  const searchedGroups = limits.map(({ group }) => searchedGroup(group))
  const groups = [realm, except, ...groupValues(searchedGroups, limits)]
  const rows = limits.length === 0 ? [] : await query<{ count: number; unused: number }>({ text: countGroups }, groups)
  const digests = use.map((identifier) => digestOf(realm, identifier))
  const known = digests.length === 0 ? [] : await query<{ digest: string }>({ text: selectUsed }, [realm, digests])
  return {
    counts: rows.map(({ count }) => count),
    evictable: limits.map(({ max }, index) => canMakeRoom(max, rows[index])),
    used: digests.map((digest) => known.some((row) => row.digest === digest)),
  }
}

function canMakeRoom(max: number, row: { readonly count: number; readonly unused: number } | undefined): boolean {
  const needed = (row?.count ?? 0) - max + 1
  return needed <= evictionsMax && (row?.unused ?? 0) >= Math.max(needed, 1)
}

const countGroups = `
  select registrar_count_group($1, $2, kind, value, version, max + ${evictionsMax}) as count,
    (select count(*) from registrar_unused_of_group($1, $2, kind, value, version, ${evictionsMax}, false)) as unused
  from unnest($3::text[], $4::text[], $5::text[], $6::bigint[]) with ordinality as l (kind, value, version, max, position)
  order by position`

const selectUsed = 'select digest from used_identifiers where realm = $1 and digest = any ($2::text[])'

function groupValues(
  groups: readonly SearchedGroup[],
  limits: readonly GroupLimit[],
): readonly (readonly string[] | readonly number[])[] {
  return [
    groups.map(({ kind }) => kind),
    groups.map(({ value }) => value),
    groups.map(({ version }) => version),
    limits.map(({ max }) => max),
  ]
}

interface SearchedGroup {
  readonly kind: 'realm' | 'address' | 'token' | 'software' | 'software-version'
  readonly value: string
  readonly version: string
}

function searchedGroup(group: ClientGroup): SearchedGroup {
  if (group.kind === 'realm') return { kind: 'realm', value: '', version: '' }
  if (group.kind === 'address') return { kind: 'address', value: searchedNetwork(group.network), version: '' }
  if (group.kind === 'token') return { kind: 'token', value: group.value, version: '' }
  const { software_id, software_version } = group
  return {
    kind: software_version === undefined ? 'software' : 'software-version',
    value: searched(software_id) ?? '',
    version: searchedVersion(software_version) ?? '',
  }
}

/** Versions of one software share their rows of locks. */
function familyDigest(realm: string, { kind, value }: SearchedGroup): string {
  return hash('sha256', JSON.stringify([realm, kind === 'software-version' ? 'software' : kind, value]), 'hex')
}

function firstSlotOf(digest: string): number {
  return Number.parseInt(digest.slice(0, 2), 16) * stripes
}

/** Another limit on the same group shares nothing with this one. */
function holderOf(digest = '', { kind, version }: SearchedGroup, max: number | undefined): string {
  return `${digest} ${max} ${kind} ${version}`
}

function compare(a = '', b = ''): number {
  return a < b ? -1 : Number(a > b)
}

function digestOf(realm: string, { kind, issuer, jti }: UsedIdentifier): string {
  return hash('sha256', JSON.stringify([realm, kind, issuer, jti]), 'base64url')
}
