import Provider, { type Adapter, type AdapterPayload, errors } from 'oidc-provider'
import type { Realm } from '../registration/index.ts'
import { sha256 } from './digest.ts'
import type { EngineObject, EnginePorts, ObjectKey, StoredObject } from './ports.ts'
import { eventOfGrant } from './tokens/grant-events.ts'

/**
 * The engine's storage for one of its models. The engine names an object by the credential itself: it is kept under its
 * digest, and what repeats a credential inside is left out or sealed, so that a stolen table opens nothing.
 */
export function objectAdapter(model: string, realm: Realm, { objects, vault, now }: EnginePorts): Adapter {
  const keyOf = (id: string): ObjectKey => ({ realm: realm.name, model, id: storedId(model, id) })
  const restore = (stored: StoredObject | undefined, id?: string) => (stored === undefined ? undefined : restored(stored, id))

  function restored({ payload, consumedAt }: StoredObject, id?: string): AdapterPayload {
    const opened = Object.entries(payload).map(([member, value]) => [member, isSealed(model, member) ? open(value) : value])
    return {
      ...Object.fromEntries(opened),
      ...(id === undefined ? {} : { jti: id }),
      ...(consumedAt === undefined ? {} : { consumed: consumedAt }),
    }
  }

  const open = (value: unknown) => (typeof value === 'string' ? vault.open(value) : value)

  return {
    async upsert(id, payload, expiresIn) {
      const expiresAt = expiryOf(model, payload, expiresIn, now())
      const object = {
        ...keyOf(id),
        payload: payloadToKeep(model, payload, vault.seal),
        ...columnsOf(payload),
        ...(expiresAt === undefined ? {} : { expiresAt }),
      }
      await objects.upsert(object, model === 'Grant' ? eventOfGrant(id) : undefined)
    },
    async find(id) {
      return restore(await objects.find(keyOf(id)), id)
    },
    async findByUid(uid) {
      return restore(await objects.findByUid(realm.name, model, uid))
    },
    async findByUserCode(userCode) {
      return restore(await objects.findByUserCode(realm.name, model, userCode))
    },
    async consume(id) {
      if (await objects.consume(keyOf(id), now())) return
      // Two requests came with the same one-time credential. Which of them was the thief's, nobody knows (RFC 9700 §4.14.2).
      const grantId = (await objects.find(keyOf(id)))?.payload['grantId']
      if (typeof grantId === 'string') await revokeFamily(grantId)
      throw model === 'PushedAuthorizationRequest'
        ? new errors.InvalidRequestUri('request_uri was already used')
        : new errors.InvalidGrant('was used already')
    },
    async destroy(id) {
      await objects.destroy(keyOf(id))
    },
    async revokeByGrantId(grantId) {
      // The engine asks once per model; all models stand in one table, and this one is always among them.
      if (model === 'AccessToken') await objects.destroyByGrant(realm.name, grantId)
    },
  }

  async function revokeFamily(grantId: string): Promise<void> {
    await objects.destroyByGrant(realm.name, grantId)
    await objects.destroy({ realm: realm.name, model: 'Grant', id: grantId })
  }
}

/** A grant's id is no credential: other objects refer to it. */
function storedId(model: string, id: string): string {
  return model === 'Grant' ? id : sha256(id)
}

/** Found by something else than their id, or referring to another credential: sealed with the server's key instead of left out. */
const sealedMembers: Readonly<Record<string, readonly string[]>> = {
  Session: ['jti'],
  DeviceCode: ['jti'],
  BackchannelAuthenticationRequest: ['jti'],
  Interaction: ['returnTo', 'deviceCode', 'parJti'],
}

function isSealed(model: string, member: string): boolean {
  return sealedMembers[model]?.includes(member) === true
}

function payloadToKeep(model: string, payload: AdapterPayload, seal: (clear: string) => string): EngineObject['payload'] {
  const kept = Object.entries(payload).flatMap(([member, value]): [string, unknown][] => {
    if (isSealed(model, member)) return [[member, typeof value === 'string' ? seal(value) : value]]
    if (member === 'jti') return model === 'Grant' ? [[member, value]] : []
    return [[member, member === 'session' ? withoutCookie(value) : value]]
  })
  return Object.fromEntries(kept)
}

function withoutCookie(session: unknown): unknown {
  if (typeof session !== 'object' || session === null) return session
  return Object.fromEntries(Object.entries(session).filter(([member]) => member !== 'cookie'))
}

/** What waits for a person is kept a little beyond its time: RFC 8628 §3.5 wants `expired_token`, not ignorance. */
const expiredKeptSeconds = 600

function expiryOf(model: string, payload: AdapterPayload, expiresIn: number | undefined, now: number): number | undefined {
  const exp = payload['exp']
  const expiresAt = typeof exp === 'number' ? exp : expiresIn === undefined ? undefined : now + expiresIn
  const isAwaited = model === 'DeviceCode' || model === 'BackchannelAuthenticationRequest'
  return expiresAt !== undefined && isAwaited ? expiresAt + expiredKeptSeconds : expiresAt
}

type Columns = Pick<EngineObject, 'grantId' | 'uid' | 'userCode' | 'accountId' | 'client_id'>

function columnsOf(payload: AdapterPayload): Columns {
  const session = payload['session'] as { accountId?: unknown } | undefined
  const params = payload['params'] as { client_id?: unknown } | undefined
  return {
    ...column('grantId', payload['grantId']),
    ...column('uid', payload['uid']),
    ...column('userCode', payload['userCode']),
    ...column('accountId', payload['accountId'] ?? session?.accountId),
    ...column('client_id', payload['clientId'] ?? params?.client_id ?? clientOfPushedRequest(payload)),
  }
}

/** A pushed request names its client only inside the request object; the client is the one that is being served. */
function clientOfPushedRequest(payload: AdapterPayload): string | undefined {
  return payload['kind'] === 'PushedAuthorizationRequest' ? Provider.ctx?.oidc.client?.clientId : undefined
}

function column<K extends keyof Columns>(name: K, value: unknown): Columns {
  return typeof value === 'string' ? { [name]: value } : {}
}
