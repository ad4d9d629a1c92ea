import { createHash } from 'node:crypto'
import {
  type AuditEvent,
  type EpochSeconds,
  type JsonObject,
  jsonEqual,
  type PolicyTypes,
  Refusal,
} from '../../registration/index.ts'
import type { RealmDefinitions, RealmObjects, RealmState, RealmStates } from '../ports.ts'
import type { LiveRealm } from '../snapshot.ts'
import type { Definitions } from './definitions.ts'
import { judgeDefinition } from './judge-definition.ts'
import { runTimeRealmSchema } from './run-time-realm-schema.ts'

/** A realm as administrators see it. */
export interface ManagedRealm {
  readonly name: string
  /** The configuration file owns it, and nobody changes it here. */
  readonly provisioned: boolean
  /** As an administrator wrote it; of a provisioned realm, what the file has taken the place of. */
  readonly definition?: JsonObject
  readonly createdAt?: EpochSeconds
  readonly updatedAt?: EpochSeconds
  /** Absent where it cannot be served; the log says why. */
  readonly realm?: LiveRealm
}

export type RealmOutcome =
  | { readonly outcome: 'saved'; readonly realm: ManagedRealm }
  | { readonly outcome: 'absent' | 'provisioned' | 'exists' | 'removing' | 'remains' | 'changed' | 'removed' }
  /** What administrators have added to the realm would no longer fit. */
  | { readonly outcome: 'in-use'; readonly uses: readonly { readonly place: string; readonly message: string }[] }

/** Realms as the admin API makes, changes and removes them. */
export interface RunTimeRealms {
  /** JSON Schema of what is written. */
  readonly schema: object
  find(name: string): Promise<ManagedRealm | undefined>
  /** @throws Refusal with a violation per bad member. */
  create(name: string, written: JsonObject, actor: string): Promise<RealmOutcome>
  /** `ifRevision`: only if that is what it still is. @throws Refusal with a violation per bad member. */
  replace(name: string, written: JsonObject, actor: string, ifRevision?: number): Promise<RealmOutcome>
  /** With everything that it has. */
  remove(name: string, actor: string): Promise<RealmOutcome>
}

export interface RunTimeRealmsPorts {
  readonly states: RealmStates
  readonly realmDefinitions: RealmDefinitions
  readonly objects: RealmObjects
  readonly definitions: () => Definitions
  readonly find: (name: string) => LiveRealm | undefined
  readonly all: () => readonly LiveRealm[]
  readonly refresh: (...realms: readonly string[]) => Promise<void>
  readonly policyTypes: PolicyTypes
  readonly newId: () => string
  readonly now: () => EpochSeconds
}

/** Whoever comes in between is judged along the next time; that often nobody does. */
const triesMax = 20

/** What is left then is deleted by and by. */
const sweepMilliseconds = 5_000
const finishMilliseconds = 15_000

export function createRunTimeRealms(ports: RunTimeRealmsPorts): RunTimeRealms {
  const { states, realmDefinitions, refresh, now } = ports
  const readState = async (name: string): Promise<RealmState | undefined> => (await states.read([name]))[0]
  const isOfFile = (name: string): boolean => ports.definitions().ofFile(name) !== undefined
  const find = async (name: string): Promise<ManagedRealm | undefined> => {
    await refresh(name)
    return managed(name, isOfFile(name), { state: await readState(name), realm: ports.find(name) })
  }
  const saved = async (name: string): Promise<RealmOutcome> => {
    const realm = await find(name)
    return realm === undefined ? { outcome: 'absent' } : { outcome: 'saved', realm }
  }
  // Realms of the server have their events where those of all realms stand: one that is gone has no place of its own.
  const eventOf = (type: string, actor: string, details: JsonObject): AuditEvent => ({
    ...{ realm: serverEvents, type, at: now(), actor, details },
  })

  const create = async (name: string, written: JsonObject, actor: string): Promise<RealmOutcome | 'moved'> => {
    if (isOfFile(name)) return { outcome: 'exists' }
    const fingerprint = await readyToJudge(ports)
    await judgeDefinition({ name, written }, ports)
    const event = eventOf('realm.created', actor, { realm: name })
    const realm = { ...writtenRealm(name, written, fingerprint, now()), incarnation: ports.newId() }
    const outcome = await realmDefinitions.create(realm, event)
    if (outcome === 'saved') return saved(name)
    if (outcome === 'removing' && (await realmDefinitions.finishRemoval(name, finishMilliseconds))) return 'moved'
    return outcome === 'moved' ? outcome : { outcome }
  }

  const replace = async (change: Replacement): Promise<RealmOutcome | 'moved'> => {
    const { name, written, actor, ifRevision } = change
    if (isOfFile(name)) return { outcome: 'provisioned' }
    const fingerprint = await readyToJudge(ports)
    const state = await readState(name)
    if (state?.definition === undefined) return { outcome: 'absent' }
    if (ifRevision !== undefined && ifRevision !== state.revision) return { outcome: 'changed' }
    const { uses } = await judgeDefinition({ name, written, state }, ports)
    if (uses.length > 0) return { outcome: 'in-use', uses }
    const event = eventOf('realm.changed', actor, { realm: name, changed: [...changedMembers(state.definition, written)] })
    const realm = { ...writtenRealm(name, written, fingerprint, now()), ifRevision: state.revision }
    const outcome = await realmDefinitions.replace(realm, event)
    return outcome === 'saved' ? saved(name) : 'moved'
  }

  return {
    schema: runTimeRealmSchema,
    find,
    create: (name, written, actor) => again(() => create(name, written, actor)),
    replace: (name, written, actor, ifRevision) =>
      again(() => replace({ name, written, actor, ...(ifRevision === undefined ? {} : { ifRevision }) })),
    async remove(name, actor) {
      if (isOfFile(name)) return { outcome: 'provisioned' }
      const state = await readState(name)
      if (state === undefined) return { outcome: 'absent' }
      const owner = state.definition === undefined ? 'file' : 'definition'
      if (!(await realmDefinitions.remove({ name, owner }, eventOf('realm.removed', actor, { realm: name }))))
        return { outcome: owner === 'file' ? 'provisioned' : 'absent' }
      await refresh(name)
      await realmDefinitions.sweep(name, sweepMilliseconds)
      return { outcome: 'removed' }
    },
  }
}

/** The realm that no realm is called: no name is empty. */
const serverEvents = ''

interface Replacement {
  readonly name: string
  readonly written: JsonObject
  readonly actor: string
  readonly ifRevision?: number
}

/** Whether two realms fit beside each other is judged before the change: it counts only if they are still those that were looked at. */
async function readyToJudge({ realmDefinitions, refresh }: RunTimeRealmsPorts): Promise<string> {
  const fingerprint = await realmDefinitions.fingerprint()
  await refresh()
  return fingerprint
}

async function again(work: () => Promise<RealmOutcome | 'moved'>): Promise<RealmOutcome> {
  for (let tries = 0; tries < triesMax; tries++) {
    const outcome = await work()
    if (outcome !== 'moved') return outcome
  }
  throw new Refusal('temporarily_unavailable', 'too many others make or change realms at the moment; try again')
}

function writtenRealm(name: string, definition: JsonObject, fingerprint: string, at: EpochSeconds) {
  const definitionDigest = createHash('sha256').update(JSON.stringify(definition)).digest('base64url')
  return { name, definition, definitionDigest, fingerprint, at }
}

function managed(
  name: string,
  provisioned: boolean,
  { state, realm }: { readonly state: RealmState | undefined; readonly realm: LiveRealm | undefined },
): ManagedRealm | undefined {
  if (realm === undefined && state?.definition === undefined) return undefined
  return {
    ...{ name, provisioned },
    ...(state?.definition === undefined ? {} : { definition: state.definition }),
    ...(state?.createdAt === undefined ? {} : { createdAt: state.createdAt }),
    ...(state?.updatedAt === undefined ? {} : { updatedAt: state.updatedAt }),
    ...(realm === undefined ? {} : { realm }),
  }
}

function changedMembers(before: JsonObject, after: JsonObject): readonly string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...names].filter((name) => !jsonEqual(before[name], after[name])).sort()
}
