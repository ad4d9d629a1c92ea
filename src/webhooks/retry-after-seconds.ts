import type { EpochSeconds } from '../registration/index.ts'

/** Whoever asks for more is asked again after a day all the same. */
const secondsMax = 86_400

/** When a receiver wants to be called again (RFC 9110 §10.2.3: seconds, or a date); 0 where it does not say. */
export function retryAfterSeconds(header: string | undefined, now: EpochSeconds): number {
  const text = header?.trim() ?? ''
  const seconds = /^\d{1,10}$/.test(text) ? Number(text) : Math.ceil(Date.parse(text) / 1000) - now
  return Number.isFinite(seconds) ? Math.min(Math.max(seconds, 0), secondsMax) : 0
}
