import { describe, expect, it } from 'vitest'
import { isHostPattern, matchesHost } from '../../../src/registration/metadata/host-pattern.ts'
import { isPublicSuffix, registrableDomain } from '../../../src/registration/metadata/registrable-domain.ts'
import { matchesWildcard } from '../../../src/registration/metadata/wildcard.ts'

describe('a pattern for hosts', () => {
  it.each([
    '*',
    '*.',
    '*.com',
    '*.co.uk',
    '*.github.io',
    '*.example',
    '*.*.app.example',
    'a.*.example',
    '*app.example',
    'https://app.example',
    'app.example/',
    'app.example:443',
    'app.example.',
    '.app.example',
    'bücher.example',
    '*.192.0.2.1',
    '',
    '-a.example',
    `${'a'.repeat(64)}.example`,
  ])('is not %j', (pattern) => {
    expect(isHostPattern(pattern)).toBe(false)
  })

  it.each([
    'app.example',
    '*.app.example',
    'localhost',
    '192.0.2.1',
    '[2001:db8::1]',
    'xn--bcher-kva.example',
    '*.me.github.io',
    'github.io',
  ])('is %s', (pattern) => {
    expect(isHostPattern(pattern)).toBe(true)
  })

  it.each([
    ['app.example', 'APP.example', true],
    ['a.app.example', '*.app.example', true],
    ['a.b.app.example', '*.app.example', true],
    ['app.example', '*.app.example', false],
    ['.app.example', '*.app.example', false],
    ['evilapp.example', '*.app.example', false],
    ['a.app.example.evil.example', '*.app.example', false],
    ['bank.com', '*.com', false],
    ['me.github.io', '*.github.io', false],
  ])('%s is one of %s: %s', (host, pattern, expected) => {
    expect(matchesHost(host, pattern)).toBe(expected)
  })
})

describe('the registrable domain', () => {
  it.each([
    ['www.example.com', 'example.com'],
    ['a.b.example.co.uk', 'example.co.uk'],
    ['one.github.io', 'one.github.io'],
    ['github.io', undefined],
    ['com', undefined],
    ['192.0.2.1', undefined],
    ['[2001:db8::1]', undefined],
    ['localhost', undefined],
    ['www.app.unknown', 'app.unknown'],
  ])('of %s is %s', (host, domain) => {
    expect(registrableDomain(host)).toBe(domain)
  })

  it('is no public suffix', () => {
    expect(['com', 'co.uk', 'github.io', 'unknown'].map(isPublicSuffix)).toEqual([true, true, true, true])
    expect(['example.com', 'one.github.io'].map(isPublicSuffix)).toEqual([false, false])
  })
})

describe('a wildcard', () => {
  it.each([
    ['com.example.app', 'com.example.*', true],
    ['com.example.', 'com.example.*', false],
    ['abc', 'a*c', true],
    ['ac', 'a*c', false],
    ['a', 'a', true],
    ['aXbYc', 'a*b*c', true],
    ['abc', 'a*b*c', false],
    ['anything', '*', true],
    ['', '*', false],
    ['aba', 'ab*ba', false],
  ])('%j fits %s: %s', (text, pattern, expected) => {
    expect(matchesWildcard(text, pattern)).toBe(expected)
  })

  it('takes no time for a pattern that backtracking would never finish (SEC-DOS-06)', () => {
    expect(matchesWildcard('a'.repeat(20_000), `${'a*'.repeat(50)}b`)).toBe(false)
  })
})
