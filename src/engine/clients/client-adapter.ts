import { createHmac } from 'node:crypto'
import type { Adapter, AdapterPayload } from 'oidc-provider'
import { type Client, createRecentlyUsed, type Realm } from '../../registration/index.ts'
import type { EnginePorts } from '../ports.ts'
import { type EngineMetadata, isServed, type ProjectionView, projectClient } from './projection.ts'

/** Records that were seen last, and how long one is at the most. */
const rememberedMax = 200
const rememberedCharactersMax = 4_000

/** The engine reads clients and never writes one; registration does that. Asked at every request, so that a change is seen at the next. */
export function clientAdapter(realm: Realm, ports: EnginePorts): Adapter {
  const view = projectionView(realm, ports)
  const remembered = createRecentlyUsed<EngineMetadata>(rememberedMax)

  /** The same record, with the same secrets in force, is the same client to the engine. */
  function project(client: Client): EngineMetadata | undefined {
    const now = view.now()
    // The engine writes into key sets that it is given.
    if (!isServed(client, now) || client.metadata.jwks !== undefined) return projectClient(client, view)
    const record = JSON.stringify([client, client.secrets.map(({ expiresAt }) => expiresAt === 0 || expiresAt > now)])
    const known = remembered.get(record) ?? projectClient(client, view)
    if (known !== undefined && record.length <= rememberedCharactersMax) remembered.set(record, known)
    return known
  }

  return {
    async find(id) {
      const client = await ports.clients.findClient(realm.name, id)
      const projected = client === undefined ? undefined : project(client)
      if (client !== undefined && isServed(client, view.now()) && projected === undefined) {
        ports.log?.('client_not_servable', { realm: realm.name, client_id: id })
      }
      return projected as AdapterPayload | undefined
    },
    upsert: unused,
    findByUid: unused,
    findByUserCode: unused,
    consume: unused,
    destroy: unused,
    revokeByGrantId: unused,
  }
}

async function unused(): Promise<never> {
  throw new Error('clients are stored by registration alone')
}

const standInBytes = 32

export function projectionView(realm: Realm, { derivedKey, now, vault }: EnginePorts): ProjectionView {
  const key = derivedKey('client-secret-stand-in', standInBytes)
  return {
    realm,
    now,
    openSecret: vault.open,
    unguessable: (client_id) => createHmac('sha256', key).update(`${realm.name} ${client_id}`).digest('base64url'),
  }
}
