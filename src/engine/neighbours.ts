import type { EnginePorts } from './ports.ts'
import type { Runtime } from './runtime.ts'

/** The other realms of this server, as they are served; `undefined`: there is none of that name (any more). */
export type FindRuntime = (realm: string) => Promise<Runtime | undefined>

// By the ports: they are what all runtimes of one server share, and what no two servers in one process do.
const finders = new WeakMap<EnginePorts, FindRuntime>()

export function introduceNeighbours(ports: EnginePorts, find: FindRuntime): void {
  finders.set(ports, find)
}

export async function findNeighbour(ports: EnginePorts, realm: string): Promise<Runtime | undefined> {
  return finders.get(ports)?.(realm)
}
