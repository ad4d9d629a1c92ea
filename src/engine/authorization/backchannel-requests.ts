import { type BackchannelAuthenticationRequest, errors } from 'oidc-provider'
import type { Client, EpochSeconds, Realm } from '../../registration/index.ts'
import { isServed } from '../clients/projection.ts'
import type { StoredObject } from '../ports.ts'
import { type Runtime, words } from '../runtime.ts'

const model = 'BackchannelAuthenticationRequest'

/** A CIBA request that waits for its person. `id` is not the credential that the client polls with. */
export interface WaitingRequest {
  readonly id: string
  readonly client: Client
  readonly scopes: readonly string[]
  readonly resources: readonly string[]
  readonly bindingMessage?: string
  readonly expiresAt: EpochSeconds
}

export interface EngineBackchannelRequests {
  pending(realm: Realm, accountId: string): Promise<readonly WaitingRequest[]>
  approve(realm: Realm, id: string, accountId: string): Promise<boolean>
  deny(realm: Realm, id: string, accountId: string): Promise<boolean>
}

export function createBackchannelRequests(currentRuntime: (realm: Realm) => Promise<Runtime>): EngineBackchannelRequests {
  return {
    async pending(realm, accountId) {
      const runtime = await currentRuntime(realm)
      const stored = await runtime.ports.objects.findByAccount(realm.name, model, accountId)
      const waiting = stored.filter((object) => isWaiting(object, runtime.ports.now()))
      const described = await Promise.all(waiting.map((object) => describe(runtime, object)))
      return described.filter((request) => request !== undefined)
    },
    async approve(realm, id, accountId) {
      const runtime = await currentRuntime(realm)
      const request = await findWaiting(runtime, id, accountId)
      if (request === undefined) return false
      const grant = new runtime.provider.Grant({ accountId, clientId: request.clientId })
      const scopes = words(request.scope)
      grant.addOIDCScope([...scopes])
      for (const identifier of resourcesOf(request.resource)) grant.addResourceScope(identifier, [...scopes])
      await grant.save()
      await runtime.provider.backchannelResult(request, grant)
      return true
    },
    async deny(realm, id, accountId) {
      const runtime = await currentRuntime(realm)
      const request = await findWaiting(runtime, id, accountId)
      if (request === undefined) return false
      await runtime.provider.backchannelResult(request, new errors.AccessDenied('the request was denied'))
      return true
    },
  }
}

function isWaiting({ payload, consumedAt }: StoredObject, now: EpochSeconds): boolean {
  const isDecided = payload['grantId'] !== undefined || payload['error'] !== undefined || consumedAt !== undefined
  return !isDecided && Number(payload['exp']) > now
}

async function describe(
  { ports, realm }: Runtime,
  { id, payload }: StoredObject & { id: string },
): Promise<WaitingRequest | undefined> {
  const client = await ports.clients.findClient(realm.name, String(payload['clientId']))
  if (client === undefined || !isServed(client, ports.now())) return undefined
  const params = payload['params'] as Readonly<Record<string, unknown>> | undefined
  const bindingMessage = params?.['binding_message']
  return {
    id,
    client,
    scopes: words(payload['scope']),
    resources: resourcesOf(payload['resource']),
    ...(typeof bindingMessage === 'string' ? { bindingMessage } : {}),
    expiresAt: Number(payload['exp']),
  }
}

function resourcesOf(resource: unknown): readonly string[] {
  return [resource ?? []].flat().map(String)
}

async function findWaiting(
  { ports, provider, realm }: Runtime,
  id: string,
  accountId: string,
): Promise<BackchannelAuthenticationRequest | undefined> {
  const stored = await ports.objects.find({ realm: realm.name, model, id })
  const sealed = stored?.payload['jti']
  if (stored === undefined || stored.payload['accountId'] !== accountId || typeof sealed !== 'string') return undefined
  return isWaiting(stored, ports.now()) ? provider.BackchannelAuthenticationRequest.find(ports.vault.open(sealed)) : undefined
}
