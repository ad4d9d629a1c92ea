import { type EpochSeconds, type JsonObject, jsonEqual } from '../registration/index.ts'
import type { Configuration } from './configuration.ts'
import type { UnsealedWebhook } from './objects/unsealed.ts'
import type { RealmObject, RealmObjects, Webhook } from './ports.ts'

export interface WebhookProvisioningPorts {
  readonly objects: RealmObjects
  readonly vault: { seal(clear: string): string; open(sealed: string): string }
  readonly now: () => EpochSeconds
}

/** Events are left for webhooks where they are recorded, so that those of the file have to be known there. Idempotent. */
export async function provisionWebhooks({ realms }: Configuration, ports: WebhookProvisioningPorts): Promise<void> {
  const stored = (await ports.objects.list()).filter(({ kind }) => kind === 'webhook')
  const owners = new Set(stored.map(({ realm }) => realm))
  for (const { name, webhooks } of realms) {
    if (webhooks.length === 0 && !owners.has(name)) continue
    const known = stored.filter(({ realm }) => realm === name)
    for (const webhook of webhooks) await provision(name, webhook, { known, ports })
    const gone = known.filter(({ id, definition }) => isProvisioned(definition) && !webhooks.some((webhook) => webhook.id === id))
    for (const { id } of gone) await remove(name, id, ports)
  }
}

function isProvisioned(definition: JsonObject): boolean {
  return definition['provisioned'] === true
}

interface Known {
  readonly known: readonly RealmObject[]
  readonly ports: WebhookProvisioningPorts
}

async function provision(realm: string, { secret, ...wanted }: UnsealedWebhook, { known, ports }: Known): Promise<void> {
  const { objects, vault, now } = ports
  const before = known.find(({ id }) => id === wanted.id)
  if (before !== undefined && isAsWanted(before.definition, { secret, ...wanted }, vault)) return
  const definition = { ...wanted, sealedSecret: vault.seal(secret), provisioned: true }
  const type = `webhook.${before === undefined ? 'created' : 'changed'}`
  const event = { realm, type, at: now(), actor: 'configuration', details: { id: wanted.id } }
  // Several nodes start at once with the same file: who comes second finds the work done.
  await objects.save({ realm, kind: 'webhook', id: wanted.id, definition, ifAbsent: before === undefined }, event)
}

function isAsWanted(
  definition: JsonObject,
  { secret, ...wanted }: UnsealedWebhook,
  vault: WebhookProvisioningPorts['vault'],
): boolean {
  const { sealedSecret, provisioned, ...rest } = definition as unknown as Webhook & { readonly provisioned?: boolean }
  return provisioned === true && jsonEqual(rest as JsonObject, wanted) && opens(sealedSecret, secret, vault)
}

/** Sealed with a root secret that is gone, it is sealed anew. */
function opens(sealed: string, secret: string, vault: WebhookProvisioningPorts['vault']): boolean {
  try {
    return vault.open(sealed) === secret
  } catch {
    return false
  }
}

async function remove(realm: string, id: string, { objects, now }: WebhookProvisioningPorts): Promise<void> {
  const event = { realm, type: 'webhook.removed', at: now(), actor: 'configuration', details: { id } }
  await objects.remove({ realm, kind: 'webhook', id }, event)
}
