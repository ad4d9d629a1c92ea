import type { JsonObject } from '../../../registration/index.ts'
import type { AdminPorts } from '../../ports.ts'
import { Problem } from '../../problem.ts'
import type { ProviderChange } from './provider-attributes.ts'

interface Saving {
  readonly ports: Pick<AdminPorts, 'settings' | 'objects'>
  readonly realm: string
  readonly settings: JsonObject
  readonly changes: readonly ProviderChange[]
  readonly actor: string
}

/** By the operations of our own API: first the scopes that the settings will name, then the settings; if those are refused, the new scopes go. */
export async function saveProvider({ ports, realm, settings, changes, actor }: Saving): Promise<void> {
  if (changes.length === 0) return
  const next = changes.reduce<JsonObject>((current, change) => merged(current, change.settings), settings)
  const created: string[] = []
  try {
    for (const scope of changes.flatMap(({ scopes = [] }) => scopes)) {
      if (await ensureScope(ports, { realm, scope, actor })) created.push(String(scope['name']))
    }
    if ((await ports.settings.save(realm, next, actor)) === 'provisioned') throw provisioned()
  } catch (error) {
    for (const id of created) await ports.objects.scopes.remove(realm, id, actor)
    throw error
  }
}

export function provisioned(): Problem {
  return new Problem(
    409,
    'provisioned',
    'the configuration file owns the registration settings of this realm; change them there, or remove them there first',
  )
}

/** Two attributes can change members of one object. */
function merged(current: JsonObject, change: JsonObject = {}): JsonObject {
  const members = Object.entries(change).map(([name, value]) => [name, withMembers(current[name], value)] as const)
  return { ...current, ...(Object.fromEntries(members) as JsonObject) }
}

function withMembers(before: JsonObject[string] | undefined, after: JsonObject[string] | undefined): unknown {
  return isObject(before) && isObject(after) ? { ...before, ...after } : after
}

interface Wanted {
  readonly realm: string
  readonly scope: JsonObject
  readonly actor: string
}

/** Whether it had to be made; one that is described otherwise is changed, unless the file owns it. */
async function ensureScope({ objects: { scopes } }: Saving['ports'], { realm, scope, actor }: Wanted): Promise<boolean> {
  const name = String(scope['name'])
  const known = (await scopes.list(realm)).find(({ id }) => id === name)
  if (known === undefined) return (await scopes.create(realm, scope, actor)).outcome === 'saved'
  const { description } = scope
  if (known.provisioned || description === undefined || description === known.definition['description']) return false
  await scopes.replace(realm, name, { ...known.definition, description }, actor)
  return false
}

function isObject(value: JsonObject[string] | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
