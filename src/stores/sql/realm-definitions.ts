import type { AuditEvent, JsonObject } from '../../registration/index.ts'
import { auditParameters, auditValues, recording } from './audit-rows.ts'
import type { Database, Query, Value } from './database.ts'
import { announceRevision } from './realm-channel.ts'
import { createRealmRemoval, type RealmRemoval } from './realm-removal.ts'

/** Realms that administrators make at run time. Every change is told to every node and recorded, or nothing has happened. */
export interface RealmDefinitions extends Pick<RealmRemoval, 'sweep' | 'finishRemoval'> {
  /** As long as it is the same, no realm was made, changed by its definition, or removed. */
  fingerprint(): Promise<string>
  /** `moved`: the realms are not those of the fingerprint any more. `remains`: rows of a realm that no definition speaks about. */
  create(realm: NewRealm, event: AuditEvent): Promise<'saved' | 'moved' | 'exists' | 'removing' | 'remains'>
  replace(realm: ChangedRealm, event: AuditEvent): Promise<'saved' | 'moved' | 'absent'>
  /**
   * From now on there is no such realm; what is stored of it goes with `sweep`. `owner` of `file`: a realm that no definition
   * speaks about, and that no node serves.
   */
  remove(realm: { readonly name: string; readonly owner: 'definition' | 'file' }, event: AuditEvent): Promise<boolean>
}

export interface NewRealm extends DefinedRealm {
  readonly incarnation: string
}

export interface ChangedRealm extends DefinedRealm {
  /** Nothing is changed unless the realm is still the one that was judged. */
  readonly ifRevision: number
}

interface DefinedRealm {
  readonly name: string
  readonly definition: JsonObject
  readonly definitionDigest: string
  readonly fingerprint: string
  readonly at: number
}

/** Those who make, change or remove realms do it one after the other. */
const realmSetLock = 7_591_009

export function createRealmDefinitions(database: Pick<Database, 'query' | 'transaction'>): RealmDefinitions {
  const { query, transaction } = database
  const inTurn = <Outcome>(fingerprint: string, change: (within: Query) => Promise<Outcome>): Promise<Outcome | 'moved'> =>
    transaction(async (within) => {
      await within({ text: 'select pg_advisory_xact_lock($1)' }, [realmSetLock])
      return (await readFingerprint(within)) === fingerprint ? change(within) : 'moved'
    })
  const isDone = async (within: Query, text: string, values: readonly Value[]): Promise<boolean> =>
    (await within({ text }, values)).length > 0
  return {
    ...createRealmRemoval(database),
    fingerprint: () => readFingerprint(query),
    create: ({ name, definition, definitionDigest, incarnation, fingerprint, at }, event) =>
      inTurn(fingerprint, async (within) => {
        const [row] = await within<{ kind: 'exists' | 'removing' | 'remains' }>({ text: kindOf }, [name])
        if (row !== undefined) return row.kind
        const values = [name, JSON.stringify(definition), definitionDigest, incarnation, at, ...auditValues(event)]
        await within({ text: insert }, values)
        return 'saved'
      }),
    replace: ({ name, definition, definitionDigest, ifRevision, fingerprint, at }, event) =>
      inTurn(fingerprint, async (within) => {
        const values = [name, JSON.stringify(definition), definitionDigest, ifRevision, at, ...auditValues(event)]
        return (await isDone(within, update, values)) ? 'saved' : 'absent'
      }),
    remove: ({ name, owner }, event) =>
      isDone(query, owner === 'definition' ? remove : removeRemains, [name, ...auditValues(event)]),
  }
}

async function readFingerprint(query: Query): Promise<string> {
  const [row] = await query<{ fingerprint: string | null }>({ text: selectFingerprint })
  return row?.fingerprint ?? ''
}

const selectFingerprint = `
  select md5(string_agg(name || ' ' || coalesce(incarnation, '') || ' ' || coalesce(definition_digest, ''), ',' order by name))
    as fingerprint
  from realms where removed_at is null`

const kindOf = `
  select case when removed_at is not null then 'removing' when definition is not null then 'exists' else 'remains' end as kind
  from realms where name = $1`

const insert = `
  with changed as (
    insert into realms (name, revision, definition, definition_digest, incarnation, created_at, updated_at)
    values ($1, 1, $2, $3, $4, $5, $5) returning name
  ), ${recording(`select ${auditParameters(6)} from changed`)} ${announceRevision}`

const update = `
  with changed as (
    update realms set revision = revision + 1, definition = $2, definition_digest = $3, updated_at = $5
    where name = $1 and revision = $4 and definition is not null and removed_at is null returning name
  ), ${recording(`select ${auditParameters(6)} from changed`)} ${announceRevision}`

const removed = (condition: string) => `
  with changed as (
    update realms set revision = revision + 1, removed_at = extract(epoch from now())::bigint
    where name = $1 and removed_at is null and ${condition} returning name
  ), ${recording(`select ${auditParameters(2)} from changed`)} ${announceRevision}`

const remove = removed('definition is not null')

/** As long as a node has not been heard of for no longer than that, it may be there. */
const heardSeconds = 20

const removeRemains = removed(`definition is null and not exists (
      select from nodes where $1 = any (realms) and seen_at > extract(epoch from now())::bigint - ${heardSeconds}
    )`)
