import { createHmac } from 'node:crypto'
import type { Adapter, AdapterPayload } from 'oidc-provider'
import type { Realm } from '../../registration/index.ts'
import type { EnginePorts } from '../ports.ts'
import { isServed, type ProjectionView, projectClient } from './projection.ts'

/** The engine reads clients and never writes one; registration does that. Asked at every request, so that a change is seen at the next. */
export function clientAdapter(realm: Realm, ports: EnginePorts): Adapter {
  const view = projectionView(realm, ports)
  return {
    async find(id) {
      const client = await ports.clients.findClient(realm.name, id)
      const projected = client === undefined ? undefined : projectClient(client, view)
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
