import { createHmac } from 'node:crypto'
import type { EpochSeconds } from '../registration/index.ts'
import type { Delivery, SignedDelivery } from './ports.ts'

/**
 * After Standard Webhooks: the id is that of the event, the same at every attempt; the time is that of the attempt, so that
 * the receiver can refuse what somebody sends again later. `secrets` has a space between each two.
 */
export function signDelivery({ event }: Pick<Delivery, 'event'>, secrets: string, now: EpochSeconds): SignedDelivery {
  const body = JSON.stringify(payloadOf(event))
  const sign = (key: Buffer): string => createHmac('sha256', key).update(`${event.id}.${now}.${body}`).digest('base64')
  return {
    body,
    headers: {
      'content-type': 'application/json',
      'webhook-id': event.id,
      'webhook-timestamp': String(now),
      'webhook-signature': secrets
        .split(' ')
        .map((secret) => `v1,${sign(keyOf(secret))}`)
        .join(' '),
    },
  }
}

const prefix = 'whsec_'

function keyOf(secret: string): Buffer {
  return secret.startsWith(prefix) ? Buffer.from(secret.slice(prefix.length), 'base64') : Buffer.from(secret)
}

/** The line of the audit trail but for the address of the requester, which is nobody's business beyond the server. */
function payloadOf({ id, realm, type, at, actor, client_id, requestId, details }: Delivery['event']): object {
  return {
    type,
    id,
    timestamp: new Date(at * 1000).toISOString(),
    realm,
    data: {
      ...(client_id === undefined ? {} : { client_id }),
      actor,
      ...(requestId === undefined ? {} : { request_id: requestId }),
      details,
    },
  }
}
