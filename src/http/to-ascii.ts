const lengthMax = 1000

/** The characters that RFC 6749 §5.2 allows in `error_description`; what a requester sent is spelled out (DCR-ERR-02). */
export function toAscii(text: string): string {
  return text
    .slice(0, lengthMax)
    .replace(/["\\]/g, "'")
    .replace(/[^\x20-\x7e]/gu, (character) => `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`)
}
