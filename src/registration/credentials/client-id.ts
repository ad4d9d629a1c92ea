import type { Entropy } from '../ports.ts'
import type { DialectRules } from '../requests.ts'

/** A `client_id` that nobody has, in the form of the dialect. Time-ordered within each form, so that lists can be paged. */
export function newClientId({ clientIdPrefix, clientIdForm }: DialectRules, entropy: Pick<Entropy, 'id'>): string {
  const id = entropy.id()
  return clientIdPrefix + (clientIdForm === 'uuid' ? id : toAlphanumeric(id))
}

/** In the order of their code points: ids of one length then sort as the numbers behind them do. */
const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const base = BigInt(digits.length)
/** 62^22 is the first power above 2^128. */
const length = 22

/** The same 128 bits without hyphens, in 22 letters and digits. */
function toAlphanumeric(uuid: string): string {
  let rest = BigInt(`0x${uuid.replaceAll('-', '')}`)
  const text: string[] = []
  for (let at = 0; at < length; at += 1) {
    text.unshift(digits.charAt(Number(rest % base)))
    rest /= base
  }
  return text.join('')
}
