import { expect, it } from 'vitest'
import { overlapsScope } from '../../../src/registration/metadata/scope-overlap.ts'

it.each([
  ['a', 'a', true],
  ['a', 'b', false],
  ['a:*', 'a:write', true],
  ['a:write', 'a:*', true],
  ['a:write*', 'a:*', true],
  ['a:*', 'a:w*', true],
  ['*:write', 'a:*', true],
  ['a:*', 'b:*', false],
  ['*:read', '*:write', false],
  ['a:*', 'a:', false],
])('%s and %s mean a scope in common: %s', (one, other, expected) => {
  expect(overlapsScope(one, other)).toBe(expected)
})
