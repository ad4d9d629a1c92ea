import { Value } from 'typebox/value'
import { createOutbound, type OutboundOptions, outboundOptions } from '../../src/outbound/index.ts'
import type { Client } from '../../src/registration/index.ts'
import { createKeyring } from '../../src/vault/index.ts'
import { deliverWebhooks } from '../../src/webhooks/index.ts'
import { type WebhooksOptions, webhooksOptions } from '../../src/webhooks/options.ts'
import { insertion, removal, replacement, sampleClient, sampleEvent } from '../stores/contract/samples.ts'
import { openTwoNodes, type TwoNodes } from '../stores/contract/two-nodes.ts'

export const realm = 'default'
const secret = `whsec_${Buffer.from('a secret that two parties know').toString('base64')}`
const events = ['client.registered', 'client.updated', 'client.deleted']

export interface NodeSettings {
  readonly node?: 0 | 1
  readonly options?: Partial<WebhooksOptions>
  readonly outbound?: Partial<OutboundOptions>
  readonly development?: boolean
}

export interface DeliveryWorld {
  readonly store: TwoNodes['nodes'][0]
  readonly clock: TwoNodes['clock']
  readonly outcomes: string[]
  readonly logged: object[]
  /** How often a node has looked which webhooks there are. */
  rounds(): number
  give(id: string, url: string, over?: { readonly enabled?: boolean; readonly secret?: string }): Promise<void>
  remove(id: string): Promise<void>
  register(): Promise<Client>
  /** Registered, changed and removed. */
  liveAndDie(): Promise<Client>
  list(): ReturnType<TwoNodes['nodes'][0]['webhookDeliveries']['list']>
  startNode(settings?: NodeSettings): { stop(): Promise<void> }
  close(): Promise<void>
}

/** A real database, real requests, and a clock that the test sets. */
export async function deliveryWorld(): Promise<DeliveryWorld> {
  const { nodes, clock, close } = await openTwoNodes()
  const [store] = nodes
  const vault = createKeyring([Buffer.alloc(32, 7)])
  const webhooks = new Map<string, { id: string; url: string; enabled: boolean; sealedSecret: string }>()
  const outcomes: string[] = []
  const logged: object[] = []
  const stops: (() => Promise<unknown>)[] = []
  let rounds = 0

  const register = async (): Promise<Client> => {
    const client = sampleClient({ realm })
    await store.registration.commit(insertion(client))
    return client
  }

  return {
    ...{ store, clock, outcomes, logged, register },
    rounds: () => rounds,
    async give(id, url, { enabled = true, secret: written = secret } = {}) {
      const definition = { id, url, enabled, events, sealedSecret: vault.seal(written) }
      const change = { realm, kind: 'webhook', id, definition, ifAbsent: !webhooks.has(id) } as const
      await store.realmObjects.save(change, sampleEvent({ realm, type: 'webhook.changed' }))
      webhooks.set(id, definition)
    },
    async remove(id) {
      await store.realmObjects.remove({ realm, kind: 'webhook', id }, sampleEvent({ realm, type: 'webhook.removed' }))
      webhooks.delete(id)
    },
    async liveAndDie() {
      const client = await register()
      await store.registration.commit(replacement(client, 1))
      await store.registration.commit(removal(client))
      return client
    },
    list: () => store.webhookDeliveries.list({ realm, limit: 1000 }),
    startNode({ node = 0, options = {}, outbound: limits = {}, development = true } = {}) {
      const own = Value.Parse(webhooksOptions, Value.Default(webhooksOptions, { ...options }))
      const outbound = createOutbound(Value.Parse(outboundOptions, Value.Default(outboundOptions, { ...limits })), {
        development,
        webhookTimeoutSeconds: own.timeoutSeconds,
      })
      const worker = deliverWebhooks(
        {
          deliveries: nodes[node].webhookDeliveries,
          realms: {
            all() {
              rounds += 1
              return [{ name: realm }]
            },
            webhooks: () => [...webhooks.values()],
          },
          post: outbound.postToWebhook,
          vault,
          now: () => clock.now,
          log: { warn: (details) => logged.push(details) },
          record: (outcome) => outcomes.push(outcome),
        },
        own,
      )
      const stop = async (): Promise<void> => {
        await worker.stop()
        await outbound.stop()
      }
      stops.push(stop)
      return { stop }
    },
    async close() {
      for (const stop of stops) await stop()
      await close()
    },
  }
}
