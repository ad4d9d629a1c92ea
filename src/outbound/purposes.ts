import type { OutboundOptions } from './options.ts'

/** What a URL is asked for. Decides how much of an answer is taken, and how long it is kept. */
export type Purpose =
  | 'jwks'
  | 'statement-keys'
  | 'sector-identifier'
  | 'request-object'
  | 'logo'
  | 'callback'
  | 'webhook'
  | 'identity-provider'

export interface PurposeRules {
  readonly bytesMax: number
  /** `as-told`: by its headers, within bounds. `briefly`: as long as a burst lasts. `never`: whoever asks keeps it. */
  readonly keep: 'as-told' | 'briefly' | 'never'
  /** How long the last good answer serves while the URL fails (OIDR-KEY-02). */
  readonly staleSeconds: number
  readonly accept: string
  /** A media type that cannot be what is asked for is refused before its body is read. Absent types pass. */
  readonly mediaType: RegExp
}

// Files of JSON are served as plain text or as bytes by many a static host; an HTML page is never one.
const jsonTypes = /^(?:application\/(?:[\w.-]+\+)?json|text\/plain|application\/octet-stream)$/
const anyType = /^/

/** A document that somebody is just repairing, or that is made for one request, must not be remembered for long; a burst is a matter of seconds. */
export const BRIEFLY_SECONDS = 10

// Nobody reads it; a short one is let through to its end, so that the connection serves again.
const WEBHOOK_ANSWER_BYTES_MAX = 16_384

// Discovery documents, key sets, ID tokens and userinfo of the largest providers stay well below.
const PROVIDER_ANSWER_BYTES_MAX = 262_144

export function purposeRules(options: OutboundOptions): Readonly<Record<Purpose, PurposeRules>> {
  const document = { bytesMax: options.documentBytesMax, staleSeconds: 0, mediaType: anyType } as const
  const keySet = {
    ...document,
    keep: 'as-told',
    accept: 'application/json, application/jwk-set+json',
    mediaType: jsonTypes,
  } as const
  return {
    jwks: { ...keySet, staleSeconds: options.staleSeconds },
    'statement-keys': { ...keySet, staleSeconds: options.statementKeysStaleSeconds },
    'sector-identifier': { ...document, keep: 'briefly', accept: 'application/json', mediaType: jsonTypes },
    'request-object': { ...document, keep: 'briefly', accept: 'application/oauth-authz-req+jwt, application/jwt, text/plain' },
    logo: { ...document, bytesMax: options.logoBytesMax, keep: 'never', accept: 'image/png, image/jpeg' },
    callback: { ...document, keep: 'never', accept: '*/*' },
    'identity-provider': { ...keySet, bytesMax: PROVIDER_ANSWER_BYTES_MAX, staleSeconds: options.staleSeconds },
    webhook: { ...document, bytesMax: WEBHOOK_ANSWER_BYTES_MAX, keep: 'never', accept: '*/*' },
  }
}
