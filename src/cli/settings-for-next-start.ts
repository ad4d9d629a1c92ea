import { isDeepStrictEqual } from 'node:util'
import type { Configuration } from '../config/index.ts'

/** By the names that they have in the file. Realms alone are taken over by a server that runs. */
const names = {
  mode: 'mode',
  listen: 'listen',
  dataFolder: 'data',
  database: 'database',
  rootSecrets: 'secret, previousSecrets',
  adminToken: 'adminToken',
  admin: 'admin',
  http: 'http',
  interaction: 'interaction',
  outbound: 'outbound',
  telemetry: 'telemetry',
} as const satisfies Partial<Record<keyof Configuration, string>>

/** What differs between two configurations and was read at the start only. */
export function settingsForNextStart(inUse: Configuration, next: Configuration): readonly string[] {
  const settings = Object.keys(names) as (keyof typeof names)[]
  return settings.filter((name) => !isDeepStrictEqual(inUse[name], next[name])).map((name) => names[name])
}
