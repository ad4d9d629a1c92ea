import { admitting } from './admission.ts'
import { auditParameters, recording } from './audit-rows.ts'
import { writtenColumns } from './client-rows.ts'
import type { Statement } from './database.ts'

/**
 * One statement per use case: PostgreSQL runs its parts on one snapshot and in one transaction, so that a change is
 * one round trip, and all of it happens or none. Each part feeds on the one before it: where the first finds nothing
 * to do, nothing is done. $1 is the realm and $2 the client throughout; the nine parameters of the audit event follow
 * those of the client.
 */
const written = writtenColumns.map(([column]) => column).join(', ')
const firstWritten = 4
const firstOfEvent = firstWritten + writtenColumns.length
const afterEvent = firstOfEvent + 9

const recorded = (from: string, first: number) => recording(`select ${auditParameters(first)} from ${from}`)

/** An id that a removed client had is not given out again, unless the operator's own file gives it out. */
const isFree = `not exists (select from client_revisions r where r.realm = $1 and r.client_id = $2 and $${firstWritten + 1} <> 'provisioned')`

/** An empty list is no list: the index of properties holds those clients alone that have some. */
const firstValueOf = (column: string, parameter: string) => (column === 'properties' ? `nullif(${parameter}, '{}')` : parameter)

const newClient = `$1::text, $2::text, $3::bigint, ${writtenColumns
  .map(([column, type], index) => firstValueOf(column, `$${firstWritten + index}::${type}`))
  .join(', ')}`

/** $3 issued_at, then `writtenColumns`, then the event. */
export const insertClient: Statement = {
  name: 'insert-client',
  text: `
    with inserted as (
      insert into clients (realm, client_id, issued_at, ${written})
      select ${newClient} where ${isFree}
      on conflict (realm, client_id) do nothing
      returning client_id
    ), ${recorded('inserted', firstOfEvent)}
    select count(*)::integer as done from inserted`,
}

const isSpendable = `revoked_at is null and (uses_max is null or uses < uses_max)
        and (expires_at is null or expires_at > $${afterEvent + 1}::bigint) and ${isFree}`

/**
 * As above; then the id of the initial access token and the time. The update of the token's row waits for whoever
 * spends it at the same moment and then looks again (READ COMMITTED), so that a last use is used once. Here an
 * existing client is an error that undoes everything, for the token must not be spent on it.
 */
export const insertClientAndSpend: Statement = {
  name: 'insert-client-and-spend',
  text: `
    with spent as (
      update initial_access_tokens set uses = uses + 1
      where realm = $1 and id = $${afterEvent} and ${isSpendable}
      returning id
    ), inserted as (
      insert into clients (realm, client_id, issued_at, ${written})
      select ${newClient} from spent
      returning client_id
    ), ${recorded('inserted', firstOfEvent)}
    select count(*)::integer as done from inserted`,
}

/** As `insertClient`; then `admissionValues`. Whatever stands in the way undoes everything, for admitting has left traces. */
export const admitAndInsertClient: Statement = {
  name: 'admit-and-insert-client',
  text: `
    with ${admitting(afterEvent)}, inserted as (
      insert into clients (realm, client_id, issued_at, ${written})
      select ${newClient} from admitted where ${isFree}
      returning client_id
    ), ${recorded('inserted', firstOfEvent)}
    select registrar_require_done(count(*)) as done from inserted`,
}

/** As `insertClientAndSpend`; then `admissionValues`. */
export const admitAndInsertClientAndSpend: Statement = {
  name: 'admit-and-insert-client-and-spend',
  text: `
    with ${admitting(afterEvent + 2)}, spent as (
      update initial_access_tokens t set uses = uses + 1 from admitted
      where t.realm = $1 and t.id = $${afterEvent} and ${isSpendable}
      returning t.id
    ), inserted as (
      insert into clients (realm, client_id, issued_at, ${written})
      select ${newClient} from spent
      returning client_id
    ), ${recorded('inserted', firstOfEvent)}
    select registrar_require_done(count(*)) as done from inserted`,
}

export const findRemoved: Statement = {
  text: 'select exists (select from client_revisions where realm = $1 and client_id = $2) as found',
}

/** Properties that the change says nothing about stay. */
const nextValueOf = (column: string, parameter: string) =>
  column === 'properties' ? `case when ${parameter} is null then c.properties else nullif(${parameter}, '{}') end` : parameter

const assignments = writtenColumns
  .map(([column, type], index) => `${column} = ${nextValueOf(column, `$${firstWritten + index}::${type}`)}`)
  .join(', ')

const keptRevision = `realm, client_id, revision, updated_at, channel, state, first_party, metadata, admission, expires_at`

const replacing = `
    replaced as (
      update clients c set ${assignments} from current where c.realm = $1 and c.client_id = $2 and c.client_id = current.client_id
      returning c.client_id
    ), kept as (
      insert into client_revisions (${keptRevision}, event_id, superseded_at, removed)
      select current.*, $${firstOfEvent + 1}::text, $${firstOfEvent + 3}::bigint, false from current, replaced
    ), ${recorded('replaced', firstOfEvent)}`

/** $3 is the revision that it must still have. What the client was before goes into its history. */
export const replaceClient: Statement = {
  name: 'replace-client',
  text: `
    with current as (
      select ${keptRevision} from clients where realm = $1 and client_id = $2 and revision = $3 for update
    ), ${replacing}
    select count(*)::integer as done from replaced`,
}

/** As above; then `admissionValues`. The client is locked when it is admitted: limits come before clients everywhere. */
export const admitAndReplaceClient: Statement = {
  name: 'admit-and-replace-client',
  text: `
    with ${admitting(afterEvent)}, current as (
      select ${keptRevision} from admitted, clients where realm = $1 and client_id = $2 and revision = $3 for update of clients
    ), ${replacing}
    select registrar_require_done(count(*)) as done from replaced`,
}

const firstOfRemoval = 4

/** $3 is the revision that it must still have, or null. Everything that the client held goes along. */
export const removeClient: Statement = {
  name: 'remove-client',
  text: `
    with removed as (
      delete from clients where realm = $1 and client_id = $2 and ($3::integer is null or revision = $3)
      returning ${keptRevision}
    ), kept as (
      insert into client_revisions (${keptRevision}, event_id, superseded_at, removed)
      select removed.*, $${firstOfRemoval + 1}::text, $${firstOfRemoval + 3}::bigint, true from removed
    ), objects as (
      delete from engine_objects where realm = $1 and client_id = $2 and exists (select from removed)
    ), given as (
      delete from consents where realm = $1 and client_id = $2 and exists (select from removed)
    ), privileges as (
      delete from agent_privileges where realm = $1 and (client_id = $2 or resource = $2) and exists (select from removed)
    ), ${recorded('removed', firstOfRemoval)}
    select count(*)::integer as done from removed`,
}

export const insertEvent: Statement = {
  name: 'insert-event',
  text: `with ${recording(`select ${auditParameters(1)}`)} select 1 as done`,
}
