import type { OutboundOptions } from './options.ts'

/** What a URL is asked for. Decides how much of an answer is taken, and how long it is kept. */
export type Purpose = 'jwks' | 'sector-identifier' | 'request-object' | 'logo' | 'callback'

export interface PurposeRules {
  readonly bytesMax: number
  /** `as-told`: by its headers, within bounds. `briefly`: as long as a burst lasts. `never`: whoever asks keeps it. */
  readonly keep: 'as-told' | 'briefly' | 'never'
  /** The last good answer serves for a while when the URL fails (OIDR-KEY-02). */
  readonly servesStale: boolean
  readonly accept: string
  /** A media type that cannot be what is asked for is refused before its body is read. Absent types pass. */
  readonly mediaType: RegExp
}

// Files of JSON are served as plain text or as bytes by many a static host; an HTML page is never one.
const jsonTypes = /^(?:application\/(?:[\w.-]+\+)?json|text\/plain|application\/octet-stream)$/
const anyType = /^/

/** A document that somebody is just repairing, or that is made for one request, must not be remembered for long; a burst is a matter of seconds. */
export const BRIEFLY_SECONDS = 10

export function purposeRules(options: OutboundOptions): Readonly<Record<Purpose, PurposeRules>> {
  const document = { bytesMax: options.documentBytesMax, servesStale: false, mediaType: anyType } as const
  return {
    jwks: {
      ...document,
      keep: 'as-told',
      servesStale: true,
      accept: 'application/json, application/jwk-set+json',
      mediaType: jsonTypes,
    },
    'sector-identifier': { ...document, keep: 'briefly', accept: 'application/json', mediaType: jsonTypes },
    'request-object': { ...document, keep: 'briefly', accept: 'application/oauth-authz-req+jwt, application/jwt, text/plain' },
    logo: { ...document, bytesMax: options.logoBytesMax, keep: 'never', accept: 'image/png, image/jpeg' },
    callback: { ...document, keep: 'never', accept: '*/*' },
  }
}
