import type { JsonObject } from '../../../registration/index.ts'
import type { AdminPorts } from '../../ports.ts'
import { Problem } from '../../problem.ts'
import type { ProviderChange, ProviderView } from './provider-attributes.ts'

interface Saving {
  readonly ports: Pick<AdminPorts, 'settings' | 'objects' | 'runTimeRealms'>
  readonly view: ProviderView
  readonly changes: readonly ProviderChange[]
  readonly actor: string
}

/**
 * By the operations of our own API: first what the realm is made of, then the scopes that the settings will name, then the settings.
 * Where one of them is refused, what was done before it is undone.
 */
export async function saveProvider(saving: Saving): Promise<void> {
  const undo: (() => Promise<unknown>)[] = []
  try {
    await saveDefinition(saving, undo)
    await saveSettings(saving, undo)
  } catch (error) {
    for (const step of undo.reverse()) await step()
    throw error
  }
}

async function saveDefinition({ ports: { runTimeRealms }, view, changes, actor }: Saving, undo: (() => Promise<unknown>)[]) {
  const { realm, definition } = view
  const wanted = changes.flatMap((change) => (change.definition === undefined ? [] : [change.definition]))
  if (definition === undefined || wanted.length === 0) return
  const next = wanted.reduce<JsonObject>(merged, definition)
  const { outcome } = await runTimeRealms.replace(realm.name, next, actor)
  if (outcome !== 'saved')
    throw new Problem(409, outcome, 'something else in the realm needs it as it is, or it has changed meanwhile')
  undo.push(() => runTimeRealms.replace(realm.name, definition, actor))
}

async function saveSettings({ ports, view, changes, actor }: Saving, undo: (() => Promise<unknown>)[]) {
  const realm = view.realm.name
  const wanted = changes.flatMap((change) => (change.settings === undefined ? [] : [change.settings]))
  if (wanted.length === 0) return
  if (view.provisioned) throw provisioned()
  const { scopes } = ports.objects
  for (const scope of changes.flatMap((change) => change.scopes ?? [])) {
    if (await ensureScope(ports, { realm, scope, actor })) undo.push(() => scopes.remove(realm, String(scope['name']), actor))
  }
  const next = wanted.reduce<JsonObject>(merged, view.settings)
  if ((await ports.settings.save(realm, next, actor)) === 'provisioned') throw provisioned()
}

function provisioned(): Problem {
  return new Problem(
    409,
    'provisioned',
    'the configuration file owns the registration settings of this realm; change them there, or remove them there first',
  )
}

/** Two attributes can change members of one object. */
function merged(current: JsonObject, change: JsonObject): JsonObject {
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
