/** One attribute of a distinguished name, as it was written. */
export interface WrittenAttribute {
  /** A short name or an OID, with or without `OID.` in front. */
  readonly type: string
  /** With its escapes resolved; hexadecimal digits where it was written as `#` and DER. */
  readonly value: string
  readonly isHex: boolean
}

export type WrittenName = readonly (readonly WrittenAttribute[])[]

/**
 * The grammar of RFC 4514 §3. Blanks around separators, which RFC 2253 allowed, mean nothing; its quotation marks and semicolons
 * are refused, since what they separate would be read differently elsewhere.
 */
export function readWrittenName(text: string): WrittenName | { readonly problem: string } {
  const relativeNames: WrittenAttribute[][] = [[]]
  let at = 0
  while (true) {
    const found = readAttribute(text, at)
    if ('problem' in found) return found
    relativeNames.at(-1)?.push(found.attribute)
    at = found.end
    if (at >= text.length) return relativeNames
    if (text.charAt(at) === ',') relativeNames.push([])
    at += 1
  }
}

type Found = { readonly attribute: WrittenAttribute; readonly end: number } | { readonly problem: string }

const type = / *((?:oid\.)?[0-2](?:\.(?:0|[1-9][0-9]*))+|[a-z][a-z0-9-]*) *= */iy
const hexValue = /#((?:[0-9a-f]{2})+) *(?=[,+]|$)/iy
const textValue = /(?:[^"+,;<>\\\0]|\\[ "#+,;<=>\\]|\\[0-9a-f]{2})*(?=[,+]|$)/iy

function readAttribute(text: string, start: number): Found {
  const name = matchAt(type, text, start)
  if (name?.[1] === undefined) return { problem: `has no attribute type and '=' at character ${start + 1}` }
  const valueStart = start + name[0].length
  if (text.charAt(valueStart) === '#') return readHex(text, name[1], valueStart)
  const written = matchAt(textValue, text, valueStart)
  if (written === undefined) {
    return { problem: `has a value of ${name[1]} in which one of ", +, ;, <, > or \\ is not escaped with a backslash` }
  }
  const value = resolveEscapes(withoutTrailingBlanks(written[0]))
  if (value === undefined) return { problem: `has a value of ${name[1]} whose escaped octets are not UTF-8` }
  return { attribute: { type: name[1], value, isHex: false }, end: valueStart + written[0].length }
}

function readHex(text: string, name: string, start: number): Found {
  const hex = matchAt(hexValue, text, start)
  if (hex?.[1] === undefined)
    return { problem: `has a value of ${name} with # that is not followed by pairs of hexadecimal digits` }
  return { attribute: { type: name, value: hex[1].toLowerCase(), isHex: true }, end: start + hex[0].length }
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at
  return pattern.exec(text) ?? undefined
}

/** A blank behind a backslash belongs to the value. */
function withoutTrailingBlanks(value: string): string {
  let end = value.length
  while (value.charAt(end - 1) === ' ') end -= 1
  let backslashes = 0
  while (value.charAt(end - backslashes - 1) === '\\') backslashes += 1
  return value.slice(0, backslashes % 2 === 1 ? end + 1 : end)
}

/** RFC 4514 §2.4: a backslash and the character itself, or two hexadecimal digits per octet of UTF-8. */
function resolveEscapes(value: string): string | undefined {
  try {
    return value.replace(/((?:\\[0-9a-f]{2})+)|\\(.)/gi, (_, octets: string | undefined, character: string) =>
      octets === undefined ? character : decodeOctets(octets.replaceAll('\\', '')),
    )
  } catch {
    return undefined
  }
}

function decodeOctets(hex: string): string {
  const octets = (hex.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16))
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(octets))
}
