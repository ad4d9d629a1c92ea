import type { EpochSeconds } from '../registration/index.ts'
import type { Delivery, DeliveryOutcome, Webhook, WebhookAnswer, WebhookPorts } from './ports.ts'
import { retryAfterSeconds } from './retry-after-seconds.ts'
import { retryDelaySeconds } from './retry-delay-seconds.ts'
import { signDelivery } from './sign-delivery.ts'

/** Sends it once, and keeps how it went. @throws when that cannot be kept: it is then sent again, by whoever gets it next. */
export async function attemptDelivery(
  delivery: Delivery,
  webhook: Webhook,
  attemptsMax: number,
  ports: WebhookPorts,
): Promise<DeliveryOutcome> {
  const problem = findProblem(await send(delivery, webhook, ports), ports.now())
  if (problem === undefined) {
    await ports.deliveries.done(delivery)
    return 'delivered'
  }
  const isDead = problem.isFinal || delivery.attempts >= attemptsMax
  const delay = Math.max(problem.retryAfterSeconds, retryDelaySeconds(delivery.attempts, Math.random()))
  const next = isDead ? 'dead' : ports.now() + delay
  await ports.deliveries.failed(delivery, problem.error, next)
  const { realm, id, event, attempts } = delivery
  const details = { realm, webhook: webhook.id, delivery: id, event: event.type, attempts, error: problem.error }
  ports.log.warn(details, isDead ? 'a webhook delivery was given up' : 'a webhook delivery failed, and is tried again')
  return isDead ? 'dead' : 'failed'
}

async function send(delivery: Delivery, webhook: Webhook, { vault, post, now }: WebhookPorts): Promise<WebhookAnswer> {
  const secrets = openSecrets(webhook, vault)
  if (secrets === undefined) return { failure: 'its secret was sealed with a root secret that is gone: save it anew' }
  return post(webhook.url, signDelivery(delivery, secrets, now()))
}

function openSecrets({ sealedSecret }: Webhook, vault: WebhookPorts['vault']): string | undefined {
  try {
    return vault.open(sealedSecret)
  } catch {
    return undefined
  }
}

interface Problem {
  readonly error: string
  /** Nobody will be there later either. */
  readonly isFinal: boolean
  /** The receiver asks for that much time. */
  readonly retryAfterSeconds: number
}

/** RFC 9110 §15.5.11: what is gone stays gone. Any other answer may be a receiver that somebody is just repairing. */
const gone = 410

function findProblem(answer: WebhookAnswer, now: EpochSeconds): Problem | undefined {
  if ('failure' in answer) return { error: answer.failure, isFinal: false, retryAfterSeconds: 0 }
  const { status, retryAfter } = answer
  if (status >= 200 && status < 300) return undefined
  const hint = status >= 300 && status < 400 ? '; redirects are not followed' : ''
  return {
    error: `answered ${status}${hint}`,
    isFinal: status === gone,
    retryAfterSeconds: retryAfterSeconds(retryAfter, now),
  }
}
