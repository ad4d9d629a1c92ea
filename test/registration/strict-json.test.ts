import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseStrictJson, Refusal } from '../../src/registration/index.ts'

function parse(text: string) {
  return parseStrictJson(new TextEncoder().encode(text))
}

function bytes(...values: readonly number[]): Uint8Array {
  return Uint8Array.from([0x22, ...values, 0x22])
}

describe('a body that the strict reader refuses (DCR-REQ-08)', () => {
  it.each([
    ['nothing', ''],
    ['white space', ' \n'],
    ['half an object', '{"a":'],
    ['two values', '{} {}'],
    ['a trailing comma', '{"a":1,}'],
    ['a comment', '{/* */"a":1}'],
    ['single quotes', "{'a':1}"],
    ['an unquoted name', '{a:1}'],
    ['NaN', '{"a":NaN}'],
    ['a leading zero', '{"a":01}'],
    ['a hexadecimal number', '{"a":0x10}'],
    ['a raw line break in a string', '{"a":"\n"}'],
    ['a bad escape', '{"a":"\\x"}'],
    ['half an escape', '{"a":"\\u12'],
    ['a string without end', '{"a":"'],
    ['a backslash at the end', '"\\'],
    ['a closing bracket too many', '[]]'],
    ['brackets that do not match', '[}'],
  ])('%s', (_name, text) => {
    expect(() => parse(text)).toThrow(Refusal)
  })

  it.each([
    ['at the top', '{"a":1,"a":1}'],
    ['with an escape', '{"redirect_uris":[],"redirect\\u005furis":[]}'],
    ['with two escapes', '{"\\u0061":1,"\\u0061":2}'],
    ['in a nested object', '{"jwks":{"keys":[{"kid":"1","kid":"2"}]}}'],
    ['with white space in front of the colon', '{"a" \t\r\n :1,"a":2}'],
    ['of an empty name', '{"":1,"":2}'],
    ['of __proto__', '{"__proto__":1,"__proto__":2}'],
    ['after a nested object with the same name', '{"a":{"a":1},"a":2}'],
    ['that differs from a value only', '{"a":"a","b":"a","b":1}'],
  ])('a member named twice %s', (_name, text) => {
    expect(() => parse(text)).toThrow('twice')
  })

  it.each([
    ['a lone continuation byte', bytes(0x80)],
    ['an overlong slash', bytes(0xc0, 0xaf)],
    ['a surrogate encoded as UTF-8', bytes(0xed, 0xa0, 0x80)],
    ['a character past U+10FFFF', bytes(0xf4, 0x90, 0x80, 0x80)],
    ['a cut sequence', bytes(0xe2, 0x82)],
    ['Latin-1', bytes(0xe9)],
    ['UTF-16', Uint8Array.from(Buffer.from('{"a":1}', 'utf16le')).map((byte, index) => (index === 1 ? 0xff : byte))],
  ])('%s is not UTF-8', (_name, body) => {
    expect(() => parseStrictJson(body)).toThrow('not UTF-8')
  })

  it('a byte order mark', () => {
    expect(() => parse('\uFEFF{}')).toThrow('byte order mark')
  })

  it.each(['"\\ud800"', '{"a":"\\udc00x"}', '{"\\ud83d":1}', '["\\ud83d\\ud83d\\ude00"]', '"\\uDE00\\uD83D"'])(
    '%s, half of a pair',
    (text) => {
      expect(() => parse(text)).toThrow('surrogate')
    },
  )

  it.each(['1e999', '-1e999', '{"default_max_age":1E400}', `[${'9'.repeat(400)}]`])('the number in %s', (text) => {
    expect(() => parse(text)).toThrow('too large')
  })

  it.each([
    ['arrays', '['.repeat(10_000)],
    ['closed arrays', '['.repeat(10_000) + ']'.repeat(10_000)],
    ['objects', '{"a":'.repeat(10_000)],
    ['33 levels', '['.repeat(33) + ']'.repeat(33)],
  ])('%s nested too deep', (_name, text) => {
    expect(() => parse(text)).toThrow('levels deep')
  })
})

describe('the strict reader', () => {
  it('reads 32 levels', () => {
    expect(JSON.stringify(parse('['.repeat(32) + ']'.repeat(32)))).toHaveLength(64)
  })

  it('keeps characters beyond the first plane, escaped or not', () => {
    expect(parse('["\\ud83d\\ude00","😀","\\\\ud800"]')).toEqual(['😀', '😀', '\\ud800'])
  })

  it('does not mistake brackets, colons and quotation marks within strings', () => {
    expect(parse('{"a":"[[{\\":","b":["a","a"],"c":[{"a":1},{"a":1}]}')).toEqual({
      a: '[[{":',
      b: ['a', 'a'],
      c: [{ a: 1 }, { a: 1 }],
    })
  })

  it('lets no body reach a prototype (DCR-REQ-11)', () => {
    const read = parse('{"__proto__":{"admin":true},"constructor":{"prototype":{"admin":true}},"a":{"\\u005f_proto__":1}}')
    expect(Object.hasOwn(read as object, '__proto__')).toBe(false)
    expect(Object.assign({}, read)).not.toHaveProperty('admin')
    expect(read).toEqual({ constructor: { prototype: { admin: true } }, a: {} })
    expect({}).not.toHaveProperty('admin')
  })

  it('reads whatever JSON.stringify writes, as JSON.parse does', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.constantFrom(0, 2), (value, indent) => {
        const text = JSON.stringify(value, null, indent)
        fc.pre(!text.includes('__proto__'))
        expect(parse(text)).toEqual(JSON.parse(text))
      }),
    )
  })

  it('agrees with JSON.parse or refuses, and never throws anything but a refusal', () => {
    const noise = fc
      .array(fc.constantFrom(...'{}[]:,"\\ud8a0e+-.1 \n\ttrufalsn\u00e9'), { maxLength: 40 })
      .map((characters) => characters.join(''))
    fc.assert(
      fc.property(fc.oneof(noise, fc.string({ unit: 'binary' })), (text) => {
        try {
          expect(parse(text)).toEqual(JSON.parse(text))
        } catch (error) {
          expect(error).toBeInstanceOf(Refusal)
        }
      }),
      { numRuns: 3000 },
    )
  })

  it('refuses any object in which one name is repeated, however it is escaped', () => {
    const escaped = (name: string) => Array.from(name, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'abc_"\\/é') }), fc.array(fc.integer()), (name, between) => {
        const text = `{${JSON.stringify(name)}:${JSON.stringify(between)},"${escaped(name)}":1}`
        expect(() => parse(text)).toThrow('twice')
      }),
    )
  })

  it.each([
    ['quotation marks', '"'.repeat(1_000_000)],
    ['backslashes', `"${'\\'.repeat(1_000_000)}`],
    ['names', `{${Array.from({ length: 60_000 }, (_, index) => `"${index}":0`).join(',')}}`],
    ['spaces behind strings', `[${'"a" '.repeat(1000)}${' '.repeat(1_000_000)}]`],
    ['digits', '1'.repeat(300)],
    ['signs', '-'.repeat(1_000_000)],
  ])('reads a megabyte of %s in linear time (SEC-DOS-06)', (_name, text) => {
    const start = performance.now()
    try {
      parse(text)
    } catch (error) {
      expect(error).toBeInstanceOf(Refusal)
    }
    // A quadratic reader needs minutes for this; the bound leaves room for a busy machine.
    expect(performance.now() - start).toBeLessThan(5000)
  })
})
