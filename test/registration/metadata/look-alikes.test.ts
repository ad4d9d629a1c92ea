import { describe, expect, it } from 'vitest'
import { confusableSkeleton, hasInvisible } from '../../../src/registration/metadata/confusable-skeleton.ts'
import { reservedWordsIn } from '../../../src/registration/metadata/reserved-words.ts'
import { mixesScripts } from '../../../src/registration/metadata/script-mix.ts'

describe('the skeleton of a text (UTS 39 §4)', () => {
  it.each([
    ['paypal', 'раураl'],
    ['paypal', 'PayPaI'],
    ['microsoft', 'rnicrosoft'],
    ['microsoft', 'ＭＩＣＲＯＳＯＦＴ'],
    ['google', 'g00gle'],
    ['google', 'ɡοοɡle'],
    ['google', '𝔤𝔬𝔬𝔤𝔩𝔢'],
    ['claude', 'Cl\u00ADa\u200Bude'],
    ['slack', 'slaск'],
    ['Яндекс', 'Яндeкс'],
    ['apple', 'åpplė'],
    ['google', '🅶🅞🇴🇬🅛🇪'],
  ])('is the same for %s and %s', (one, other) => {
    expect(confusableSkeleton(other)).toBe(confusableSkeleton(one))
  })

  it.each([
    ['google', 'goggle'],
    ['apple', 'apples'],
    ['東京', '京東'],
    ['bank', 'tank'],
  ])('is another for %s and %s', (one, other) => {
    expect(confusableSkeleton(other)).not.toBe(confusableSkeleton(one))
  })
})

describe('what cannot be seen', () => {
  it.each([
    'a\u200Bb',
    'a\u202Eb',
    'a\u2066b',
    'a\u00ADb',
    'a\u2060b',
    '\uFEFFa',
    'a\u3164b',
    'a\u{E0041}',
    'a\u2028b',
    'a\u200Db',
    'م\u200Ca',
  ])('is found in %j', (text) => {
    expect(hasInvisible(text)).toBe(true)
  })

  it.each(['My App', 'Ünïcode', '👩‍💻 Dev', '❤️', '日本語', 'العربية', 'हिन्दी', 'می\u200Cخواهم', 'क्\u200Dष'])(
    'is not found in %s',
    (text) => {
      expect(hasInvisible(text)).toBe(false)
    },
  )
})

describe('a mix of scripts (UTS 39 §5)', () => {
  it.each(['Gооgle', 'аpple', 'Ωmega', 'раypal', 'ᎪBC', '한국ק'])('is found in %s', (text) => {
    expect(mixesScripts(text)).toBe(true)
  })

  it.each([
    'Google',
    'Яндекс Mail',
    '東京タワー',
    'LINEアプリ',
    '삼성Pay',
    'Ελληνικά',
    'App 2.0',
    'ＡＢＣ',
    'العربية',
    'Ünïcode',
  ])('is not found in %s', (text) => {
    expect(mixesScripts(text)).toBe(false)
  })
})

describe('a reserved word', () => {
  it.each([
    ['Apple Music', 'word', true],
    ['Pineapple', 'word', false],
    ['Pineapple', 'anywhere', true],
    ['A-p_p l.e', 'word', true],
    ['MyAppleApp', 'word', true],
    ['apple2', 'word', true],
    ['Apple', 'whole', true],
    ['Apple Music', 'whole', false],
    ['a.p.p.l.e', 'whole', true],
    ['', 'anywhere', false],
  ] as const)('in %j as %s: %s', (name, place, expected) => {
    expect(reservedWordsIn(name, ['Apple'], place)).toEqual(expected ? ['Apple'] : [])
  })

  it('of nothing but punctuation reserves nothing', () => {
    expect(reservedWordsIn('Anything', ['--'], 'anywhere')).toEqual([])
  })
})
