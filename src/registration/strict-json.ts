import type { JsonValue } from './client.ts'
import { Refusal } from './refusal.ts'

/** A JWK set is five levels deep, the deepest thing that client metadata knows. */
const depthMax = 32

/**
 * Reads a JSON text without leaving anything to taste: two readers of one body must never understand two things
 * (RFC 8259 §4 and §8, RFC 7493 §2). Linear in the length of the body, and nothing recurses before the depth is known.
 * @throws Refusal `invalid_client_metadata`.
 */
export function parseStrictJson(bytes: Uint8Array): JsonValue {
  const text = decodeUtf8(bytes)
  const { hasProto } = scan(text)
  return parse(text, hasProto)
}

function decodeUtf8(bytes: Uint8Array): string {
  // RFC 8259 §8.1: a byte order mark must not be added. `ignoreBOM` keeps it in the text, where it is seen.
  const text = decode(bytes)
  if (text.startsWith('\uFEFF')) throw unreadable('it begins with a byte order mark')
  return text
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (error) {
    throw unreadable('it is not UTF-8', error)
  }
}

function parse(text: string, hasProto: boolean): JsonValue {
  try {
    // An own member `__proto__` would become the prototype of whatever copies it by assignment (DCR-REQ-11).
    return hasProto ? JSON.parse(text, (name, value) => (name === '__proto__' ? undefined : value)) : JSON.parse(text)
  } catch (error) {
    throw unreadable('it is not valid JSON', error)
  }
}

interface Scan {
  readonly text: string
  at: number
  /** Of each open object the member names seen so far; of each open array nothing. */
  readonly open: (Set<string> | undefined)[]
  hasProto: boolean
}

/**
 * Looks at the structure only, before anything is built: depth, duplicate names, lone surrogates, numbers that are none.
 * What is not JSON at all passes, since the parser that follows refuses it.
 */
function scan(text: string): { readonly hasProto: boolean } {
  const state: Scan = { text, at: 0, open: [], hasProto: false }
  while (state.at < text.length) step(state)
  return state
}

function step(state: Scan): void {
  const character = state.text.charCodeAt(state.at)
  if (character === quote) scanString(state)
  else if (isNumberStart(character)) scanNumber(state)
  else scanMark(state, character)
}

function scanMark(state: Scan, character: number): void {
  if (character === openBrace) open(state, new Set())
  else if (character === openBracket) open(state, undefined)
  else if (character === closeBrace || character === closeBracket) state.open.pop()
  state.at += 1
}

function open(state: Scan, names: Set<string> | undefined): void {
  state.open.push(names)
  if (state.open.length > depthMax) throw unreadable(`it is nested more than ${depthMax} levels deep`)
}

function scanString(state: Scan): void {
  const end = endOfString(state.text, state.at)
  const raw = state.text.slice(state.at, end)
  state.at = end
  const names = state.open.at(-1)
  const isName = names !== undefined && nextMeaningful(state.text, end) === colon
  if (!isName && !raw.includes('\\u')) return
  const value = readString(raw)
  // With the `u` flag a pair is one character, so that only lone halves match.
  if (/[\uD800-\uDFFF]/u.test(value)) throw unreadable('it holds half of a surrogate pair')
  if (isName) addName(state, names, value)
}

function addName(state: Scan, names: Set<string>, name: string): void {
  if (names.has(name)) throw unreadable(`it names the member ${name.slice(0, 64)} twice`)
  names.add(name)
  if (name === '__proto__') state.hasProto = true
}

/** Just behind the closing quote, or the end of the text. */
function endOfString(text: string, start: number): number {
  let at = start + 1
  while (at < text.length) {
    const character = text.charCodeAt(at)
    if (character === quote) return at + 1
    at += character === backslash ? 2 : 1
  }
  return text.length
}

function readString(raw: string): string {
  if (!raw.includes('\\')) return raw.slice(1, -1)
  return parse(raw, false) as string
}

function nextMeaningful(text: string, start: number): number {
  let at = start
  while (isSpace(text.charCodeAt(at))) at += 1
  return text.charCodeAt(at)
}

function scanNumber(state: Scan): void {
  let end = state.at + 1
  while (isNumberPart(state.text.charCodeAt(end))) end += 1
  // 1e999 would be read as Infinity, and be written back as null.
  if (Math.abs(Number(state.text.slice(state.at, end))) === Number.POSITIVE_INFINITY)
    throw unreadable('it holds a number that is too large')
  state.at = end
}

const quote = 0x22
const backslash = 0x5c
const colon = 0x3a
const openBrace = 0x7b
const closeBrace = 0x7d
const openBracket = 0x5b
const closeBracket = 0x5d

function isSpace(character: number): boolean {
  return character === 0x20 || character === 0x0a || character === 0x0d || character === 0x09
}

function isNumberStart(character: number): boolean {
  return character === 0x2d || (character >= 0x30 && character <= 0x39)
}

/** Digits, `+`, `-`, `.`, `e`, `E`. */
function isNumberPart(character: number): boolean {
  return isNumberStart(character) || character === 0x2b || character === 0x2e || (character | 0x20) === 0x65
}

function unreadable(reason: string, cause?: unknown): Refusal {
  return new Refusal('invalid_client_metadata', `the request body cannot be read: ${reason}`, { cause })
}
