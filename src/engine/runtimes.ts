import type { IncomingMessage, ServerResponse } from 'node:http'
import type { EpochSeconds, Realm, Realms } from '../registration/index.ts'
import { buildRuntime } from './build-runtime.ts'
import { ensureKeys } from './key-administration.ts'
import type { EnginePorts } from './ports.ts'
import type { Runtime } from './runtime.ts'
import { nextKeyChange } from './signing-keys.ts'

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
  reload(realm: string): Promise<void>
  stop(): void
}

/**
 * One runtime per realm, made when it is first asked for, and replaced when the realm's revision grows or its keys change. A
 * request that is under way ends on the one that it began with.
 */
export function createRuntimes(ports: EnginePorts, realms: Realms): Runtimes {
  const served = new Map<string, Served>()
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
    const underWay = builds.get(realm.name)
    if (underWay !== undefined) return underWay
    const started = build(realm).finally(() => builds.delete(realm.name))
    builds.set(realm.name, started)
    return started
  }

  /** A realm that cannot be made anew goes on as it was, and the operator is told. */
  async function replace(realm: Realm, old: Served | undefined): Promise<Served> {
    try {
      return await buildOnce(realm)
    } catch (error) {
      if (old === undefined) throw error
      ports.log?.('realm_not_reloaded', { realm: realm.name, revision: realm.revision, err: error })
      return old
    }
  }

  return {
    async current(realm) {
      const now = served.get(realm.name)
      const isCurrent = now !== undefined && now.runtime.realm.revision >= realm.revision && ports.now() < now.changesAt
      return isCurrent ? now : replace(realm, now)
    },
    peek: (realm) => served.get(realm)?.runtime,
    async reload(name) {
      const realm = realms.find(name)
      if (realm === undefined) served.delete(name)
      else {
        await builds.get(name)?.catch(() => undefined)
        await replace(realm, served.get(name))
      }
    },
    stop: () => served.clear(),
  }
}
