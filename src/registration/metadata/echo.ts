import { echoedCharactersMax } from './ceilings.ts'

/**
 * Input of the requester as a description can carry it: an `error_description` holds printable ASCII without quotation
 * mark and backslash (RFC 6749 §5.2, DCR-ERR-02). Everything else becomes `{U+…}`, and long input is cut.
 */
export function echo(value: string): string {
  const shown = value.slice(0, echoedCharactersMax)
  return `'${shown.replace(/[^ !#-&(-[\]-~]/gu, escaped)}${shown.length < value.length ? '...' : ''}'`
}

/** The values that would have been accepted, as far as they fit into a sentence. */
export function oneOf(accepted: readonly string[]): string {
  if (accepted.length === 0) return 'left out, since this server supports no value of it'
  const shown = accepted.slice(0, acceptedShownMax)
  return `one of ${shown.map(echo).join(', ')}${shown.length < accepted.length ? ', ...' : ''}`
}

const acceptedShownMax = 20

function escaped(character: string): string {
  const codePoint = character.codePointAt(0) ?? 0
  return `{U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}}`
}
