import type { AuditEvent, JsonObject } from '../../registration/index.ts'
import type { RealmDefinition, RealmState } from '../contracts.ts'
import { auditParameters, auditValues, recording } from './audit-rows.ts'
import type { Database } from './database.ts'
import { announceRevision } from './realm-channel.ts'
import { awaitRemovals } from './realm-removal.ts'
import type { Wakeups } from './realm-wakeups.ts'

export interface RealmStates {
  provision(realms: readonly RealmDefinition[]): Promise<void>
  /** Of these realms, or of all. */
  read(realms?: readonly string[]): Promise<readonly RealmState[]>
  /** Users and clients of the file are there now. */
  saveProvisionedDigests(realms: readonly { readonly name: string; readonly digest: string }[]): Promise<void>
  saveRegistrationSettings(realm: string, settings: JsonObject, event: AuditEvent): Promise<void>
  /** The realm's sealed key for pairwise subjects: `fresh` if it had none so far, which it then keeps for good. */
  keepPairwiseKey(realm: string, fresh: string): Promise<string>
  onChange(listener: (realms: readonly string[]) => void): Promise<{ stop(): Promise<void> }>
}

/** Polling alone keeps the promise that a change is known within a second; a notification only makes it known sooner. */
const pollMilliseconds = 900

/** Of a realm that the configuration file names again. */
const removalSecondsMax = 120

/**
 * Whether a realm has changed is told by its revision alone, so that a notification that was lost, came twice or came
 * from a transaction that changed nothing makes no difference.
 */
export function createRealmStates(
  { query }: Pick<Database, 'query'>,
  wakeups: Wakeups,
  log: (line: string) => void,
): RealmStates {
  /** What the last reader saw: who subscribes afterwards misses nothing in between. */
  let lastRead: ReadonlyMap<string, string> | undefined

  const revisions = async (): Promise<ReadonlyMap<string, string>> => {
    return new Map((await query<KnownRow>(selectRevisions)).map((row) => [row.name, markOf(row)]))
  }

  return {
    async provision(realms) {
      await awaitRemovals(
        query,
        realms.map(({ name }) => name),
        removalSecondsMax,
      )
      await query({ text: provisionRealms }, [
        realms.map(({ name }) => name),
        realms.map(({ definitionDigest }) => definitionDigest),
      ])
    },
    async read(realms) {
      const rows = await query<RealmRow>({ text: selectStates }, [realms])
      if (realms === undefined) lastRead = new Map(rows.map((row) => [row.name, markOf(row)]))
      return rows.map(stateOf)
    },
    async saveProvisionedDigests(realms) {
      await query({ text: saveProvisioned }, [realms.map(({ name }) => name), realms.map(({ digest }) => digest)])
    },
    async saveRegistrationSettings(realm, settings, event) {
      await query({ text: saveSettings }, [realm, JSON.stringify(settings), ...auditValues(event)])
    },
    async keepPairwiseKey(realm, fresh) {
      const [row] = await query<{ key: string }>({ text: keepPairwiseKey }, [realm, fresh])
      if (row === undefined) throw new Error(`there is no realm ${realm}`)
      return row.key
    },
    async onChange(listener) {
      let known = lastRead ?? (await revisions())
      const check = async () => {
        const current = await revisions()
        const names = [...new Set([...known.keys(), ...current.keys()])]
        const changed = names.filter((name) => known.get(name) !== current.get(name))
        known = current
        if (changed.length > 0) listener(changed)
      }
      return watch(check, wakeups, log)
    },
  }
}

/** One check at a time; a wakeup during a check leads to another one. */
function watch(check: () => Promise<void>, wakeups: Wakeups, log: (line: string) => void): { stop(): Promise<void> } {
  let again = false
  let checking: Promise<void> | undefined
  let failed = false
  const run = async () => {
    do {
      again = false
      try {
        await check()
        failed = false
      } catch (error) {
        if (!failed) log(`changes of realms cannot be seen at the moment: ${(error as Error).message}`)
        failed = true
      }
    } while (again)
    checking = undefined
  }
  const wake = () => {
    again = true
    checking ??= run()
  }
  const timer = setInterval(wake, pollMilliseconds)
  timer.unref()
  const forget = wakeups.subscribe(wake)
  wake()
  return {
    async stop() {
      clearInterval(timer)
      forget()
      await checking
    },
  }
}

interface KnownRow {
  readonly name: string
  readonly revision: number
  readonly incarnation: string | null
}

/** A realm that was removed and made anew in between may have come to the same revision. */
function markOf({ revision, incarnation }: KnownRow): string {
  return `${revision} ${incarnation}`
}

interface RealmRow extends KnownRow {
  readonly registration_settings: JsonObject | null
  readonly provisioned_digest: string | null
  readonly definition: JsonObject | null
  readonly definition_digest: string | null
  readonly created_at: number | null
  readonly updated_at: number | null
}

function stateOf({ name, revision, ...row }: RealmRow): RealmState {
  const optional = {
    registrationSettings: row.registration_settings,
    provisionedDigest: row.provisioned_digest,
    definition: row.definition,
    definitionDigest: row.definition_digest,
    incarnation: row.incarnation,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
  return { name, revision, ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== null)) }
}

const selectStates = `
  select name, revision, registration_settings, provisioned_digest, definition, definition_digest, incarnation, created_at, updated_at
  from realms where removed_at is null and ($1::text[] is null or name = any ($1)) order by name`

const selectRevisions = {
  name: 'realm-revisions',
  text: 'select name, revision, incarnation from realms where removed_at is null',
}

/** Sorted, so that nodes which start at once lock the rows in one order. */
const provisionRealms = `
  with changed as (
    insert into realms (name, revision, definition_digest)
    select name, 1, digest from unnest($1::text[], $2::text[]) as wanted (name, digest) order by name
    on conflict (name) do update set revision = realms.revision + 1, definition_digest = excluded.definition_digest
      where realms.definition_digest is distinct from excluded.definition_digest
    returning name
  ) ${announceRevision}`

const saveProvisioned = `
  with given as (select name, digest from unnest($1::text[], $2::text[]) as g (name, digest)),
    locked as (select r.name from realms r join given g on g.name = r.name order by r.name for update of r)
  update realms r set provisioned_digest = g.digest from given g join locked l on l.name = g.name where r.name = g.name`

const keepPairwiseKey = `
  update realms set pairwise_key = coalesce(pairwise_key, $2) where name = $1 returning pairwise_key as key`

const saveSettings = `
  with changed as (
    insert into realms (name, revision, registration_settings) values ($1, 1, $2)
    on conflict (name) do update set revision = realms.revision + 1, registration_settings = excluded.registration_settings
    returning name
  ), ${recording(`select ${auditParameters(3)} from changed`)} ${announceRevision}`
