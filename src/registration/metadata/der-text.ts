/** A DER value in hexadecimal digits; `text` where it is one of ASN.1's string types. `undefined`: no DER value, or no valid text. */
export function readDerValue(hex: string): { readonly text?: string } | undefined {
  const octets = Uint8Array.from((hex.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16)))
  const start = contentStart(octets)
  if (start === undefined) return undefined
  const decode = stringTypes[octets[0] ?? 0]
  if (decode === undefined) return {}
  const text = decode(octets.subarray(start))
  return text === undefined ? undefined : { text }
}

type Decoder = (content: Uint8Array) => string | undefined

/** X.690 §8; what a directory string or an address can be made of (RFC 5280 §4.1.2.4). */
const stringTypes: Readonly<Record<number, Decoder>> = {
  // UTF8String
  12: (content) => decoded('utf-8', content),
  // NumericString, PrintableString
  18: ascii,
  19: ascii,
  // T61String: everybody who still writes it means Latin 1.
  20: (content) => String.fromCharCode(...content),
  // IA5String, VisibleString
  22: ascii,
  26: ascii,
  // UniversalString
  28: utf32,
  // BMPString
  30: (content) => (content.length % 2 === 0 ? utf16(content) : undefined),
}

/** Where the content begins, if tag and length are DER (X.690 §10.1) and the content fills the rest. */
function contentStart(octets: Uint8Array): number | undefined {
  const first = octets[1]
  // A tag number of 31 or more goes on for several octets: no attribute has such a value.
  if (first === undefined || (octets[0] ?? 0) % 32 === 31) return undefined
  if (first < 0x80) return octets.length === 2 + first ? 2 : undefined
  const lengthOctets = first - 0x80
  const length = octets.subarray(2, 2 + lengthOctets).reduce((sum, octet) => sum * 256 + octet, 0)
  const isMinimal = length >= 0x80 && octets[2] !== 0
  return lengthOctets > 0 && isMinimal && octets.length === 2 + lengthOctets + length ? 2 + lengthOctets : undefined
}

function ascii(content: Uint8Array): string | undefined {
  return content.every((octet) => octet < 0x80) ? String.fromCharCode(...content) : undefined
}

function utf16(content: Uint8Array): string | undefined {
  const units = Uint16Array.from(
    { length: content.length / 2 },
    (_, at) => (content[2 * at] ?? 0) * 256 + (content[2 * at + 1] ?? 0),
  )
  const text = String.fromCharCode(...units)
  return /\p{Surrogate}/u.test(text) ? undefined : text
}

function utf32(content: Uint8Array): string | undefined {
  if (content.length % 4 !== 0) return undefined
  const points = Array.from({ length: content.length / 4 }, (_, at) =>
    content.subarray(4 * at, 4 * at + 4).reduce((sum, octet) => sum * 256 + octet, 0),
  )
  if (points.some((point) => point > 0x10_ffff)) return undefined
  const text = String.fromCodePoint(...points)
  return /\p{Surrogate}/u.test(text) ? undefined : text
}

function decoded(encoding: string, content: Uint8Array): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(content)
  } catch {
    return undefined
  }
}
