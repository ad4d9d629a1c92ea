import type { IncomingMessage, ServerResponse } from 'node:http'
import { createRecentlyUsed, type EpochSeconds, type Realm, type Realms } from '../registration/index.ts'
import { buildRuntime } from './build-runtime.ts'
import { ensureKeys } from './keys/key-administration.ts'
import { nextKeyChange } from './keys/signing-keys.ts'
import type { EnginePorts } from './ports.ts'
import type { Runtime } from './runtime.ts'

export interface Served {
  readonly runtime: Runtime
  readonly answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>
  /** When the keys change by time alone, and the runtime has to be made anew. */
  readonly changesAt: EpochSeconds
}

export interface Runtimes {
  current(realm: Realm): Promise<Served>
  /** The one that is served now, if there is one; it may be of an older revision. */
  peek(realm: string): Runtime | undefined
  /** Replaces the runtime of a realm that is in use; one that nobody asks for costs nothing. */
  reload(realm: string): Promise<void>
  stop(): void
}

/** Each takes a few hundred kilobytes, and a few dozen milliseconds to make. */
const runtimesMax = 64

/**
 * One runtime per realm, made when it is first asked for, and replaced when the realm's revision grows or its keys change. Where
 * there are many realms, the one that was asked for least recently is let go. A request that is under way ends on the one that
 * it began with.
 */
export function createRuntimes(ports: EnginePorts, realms: Realms): Runtimes {
  const served = createRecentlyUsed<Served>(runtimesMax)
  const builds = new Map<string, Promise<Served>>()

  async function build(realm: Realm): Promise<Served> {
    const keys = await ensureKeys(realm, ports)
    const runtime = buildRuntime(realm, ports, keys)
    const next: Served = { runtime, answer: runtime.provider.callback(), changesAt: nextKeyChange(keys, ports.now()) }
    served.set(realm.name, next)
    return next
  }

  /** However many requests ask for it, it is built once. */
  function buildOnce(realm: Realm): Promise<Served> {
    const key = keyOf(realm.name, realm.incarnation)
    const underWay = builds.get(key)
    if (underWay !== undefined) return underWay
    const started = build(realm).finally(() => builds.delete(key))
    builds.set(key, started)
    return started
  }

  /** A realm that cannot be made anew goes on as it was, and the operator is told. */
  async function replace(realm: Realm, old: Served): Promise<Served> {
    try {
      return await buildOnce(realm)
    } catch (error) {
      ports.log?.('realm_not_reloaded', { realm: realm.name, revision: realm.revision, err: error })
      return old
    }
  }

  return {
    async current(realm) {
      const now = served.get(realm.name)
      if (now === undefined || now.runtime.realm.incarnation !== realm.incarnation) return buildOnce(realm)
      const isCurrent = now.runtime.realm.revision >= realm.revision && ports.now() < now.changesAt
      return isCurrent ? now : replace(realm, now)
    },
    peek: (realm) => served.peek(realm)?.runtime,
    async reload(name) {
      const realm = realms.find(name)
      await builds.get(keyOf(name, realm?.incarnation))?.catch(() => undefined)
      const old = served.peek(name)
      if (old === undefined) return
      if (realm === undefined || old.runtime.realm.incarnation !== realm.incarnation) served.delete(name)
      else await replace(realm, old)
    },
    stop: () => served.clear(),
  }
}

function keyOf(realm: string, incarnation = ''): string {
  return `${realm} ${incarnation}`
}
