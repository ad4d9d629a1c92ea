import { describe, expect, it } from 'vitest'
import { cleanText } from '../../src/interaction/display/clean-text.ts'
import { destinationOf } from '../../src/interaction/display/destination.ts'
import { localisedMember } from '../../src/interaction/display/localised-member.ts'
import { safeLink } from '../../src/interaction/display/safe-link.ts'
import { lookupLanguage, preferredLanguages } from '../../src/interaction/languages.ts'
import { realmFixture } from '../support/interaction-world.ts'

describe('text of a stranger', () => {
  it.each([
    ['a direction override', 'abc\u202Edef\u202C', 'abcdef'],
    ['isolates and marks', '\u2066a\u2069\u200E\u200F\u061Cb', 'ab'],
    ['invisible characters', 'a\u200B\u200D\u2060\uFEFF\u00AD\u3164\u{E0041}b', 'ab'],
    ['control characters and line breaks', 'a\r\nSet-Cookie: x\u0000\u001B[31m\u0085b', 'a Set-Cookie: x[31m b'],
    ['private and unassigned characters and lone surrogates', 'a\uE000\uFDD0\uD800b', 'ab'],
    ['only spaces', ' \u00A0\u2028\u2800 ', ''],
    ['something that is no text', 42, ''],
  ])('loses %s (SEC-INJ-03, DCR-I18N-08)', (_, text, shown) => {
    expect(cleanText(text, 100)).toBe(shown)
  })

  it('keeps two marks on a letter and loses the tower above', () => {
    expect(cleanText(`e${'\u0316'.repeat(40)}`, 100)).toBe('e\u0316\u0316')
  })

  it('is cut at whole characters, however long it was', () => {
    expect(cleanText('x'.repeat(10_000), 10)).toBe('xxxxxxxxx…')
    expect(cleanText('👨🏽‍🚀'.repeat(20), 5).endsWith('…')).toBe(true)
    expect(cleanText('kurz', 10)).toBe('kurz')
  })
})

describe('a destination', () => {
  it.each([
    ['https://app.example/cb', { kind: 'web', host: 'app.example', isEncrypted: true, isInternational: false }],
    ['http://app.example:8080/cb', { kind: 'web', host: 'app.example:8080', isEncrypted: false, isInternational: false }],
    ['https://gооgle.example/', { kind: 'web', host: 'xn--ggle-55da.example', isEncrypted: true, isInternational: true }],
    ['https://bank.example@evil.example/', { kind: 'web', host: 'evil.example', isEncrypted: true, isInternational: false }],
    ['http://127.0.0.1:5000/', { kind: 'loopback', host: '127.0.0.1:5000' }],
    ['http://[::1]:5000/', { kind: 'loopback', host: '[::1]:5000' }],
    ['http://localhost/', { kind: 'loopback', host: 'localhost' }],
    [
      'http://127.0.0.1.evil.example/',
      { kind: 'web', host: '127.0.0.1.evil.example', isEncrypted: false, isInternational: false },
    ],
    [
      'http://localhost.evil.example/',
      { kind: 'web', host: 'localhost.evil.example', isEncrypted: false, isInternational: false },
    ],
    ['com.example.app:/cb', { kind: 'app', scheme: 'com.example.app' }],
    ['nonsense', undefined],
  ])('of %s is told for what it is', (uri, destination) => {
    expect(destinationOf(uri)).toEqual(destination)
  })
})

describe('a link of a client', () => {
  const realm = realmFixture()

  it.each([
    'javascript:alert(1)',
    'data:text/html,x',
    'http://app.example/',
    'https://bank.example@evil.example/',
    '//app.example',
    '',
    7,
  ])('is not shown when it is %s (SEC-INJ-02)', (value) => {
    expect(safeLink(realm, value)).toBeUndefined()
  })

  it('is shown with its host when it is https, and in development when it is http', () => {
    expect(safeLink(realm, 'https://app.example:8443/tos')?.host).toBe('app.example:8443')
    expect(safeLink({ ...realm, development: true }, 'http://app.example/')?.host).toBe('app.example')
  })
})

describe('languages', () => {
  it('go by ui_locales first and Accept-Language next, each in the order that was meant (OIDR-L10N-03)', () => {
    expect(preferredLanguages('fr-CA en', 'de;q=0.5, it, nl;q=0')).toEqual(['fr-CA', 'en', 'it', 'de'])
    expect(preferredLanguages(undefined, 'en; q=0.8,de')).toEqual(['de', 'en'])
  })

  it('drop what is no language tag', () => {
    expect(preferredLanguages('"><script> * de_DE', ';q=1,,de')).toEqual(['de'])
  })

  it('are looked up without case and shortened from the end (RFC 4647 §3.4)', () => {
    expect(lookupLanguage(['de-AT-1996'], ['en', 'DE'])).toBe('DE')
    expect(lookupLanguage(['zh-Hant-x-private'], ['zh-hant'])).toBe('zh-hant')
    expect(lookupLanguage(['de'], ['de-AT'])).toBeUndefined()
  })
})

describe('a localised member', () => {
  it('is the variant of the best language, with its tag (DCR-I18N-05)', () => {
    const metadata = { client_name: 'Heft', 'client_name#FR': 'Cahier', 'client_name#de': 'Heft' }
    expect(localisedMember(metadata, 'client_name', ['fr-CA'])).toEqual({ value: 'Cahier', lang: 'FR' })
  })

  it('is the untagged one, of no language, where none fits (DCR-I18N-03)', () => {
    expect(localisedMember({ client_name: 'X', 'client_name#de': 'Y' }, 'client_name', ['en'])).toEqual({ value: 'X' })
  })

  it('is any variant where the untagged one is missing (DCR-I18N-04)', () => {
    expect(localisedMember({ 'client_name#de': 'Y' }, 'client_name', ['en'])).toEqual({ value: 'Y', lang: 'de' })
    expect(localisedMember({}, 'client_name', ['en'])).toBeUndefined()
  })

  it('ignores tags that are none (DCR-I18N-07)', () => {
    const metadata = { 'client_name#': 'a', 'client_name#<script>': 'b', 'client_name#de': ['c'] }
    expect(localisedMember(metadata, 'client_name', ['de'])).toBeUndefined()
  })
})
