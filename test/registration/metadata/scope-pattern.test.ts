import { describe, expect, it } from 'vitest'
import {
  coversScope,
  isScopeOf,
  isScopePattern,
  matchesScope,
  withGroupMembers,
} from '../../../src/registration/metadata/scope-pattern.ts'

const realm = {
  scopes: [{ name: 'read' }, { name: 'star*' }, { name: 'read_txn:*', dynamic: true }, { name: 'pay:*:once', dynamic: true }],
  scopeGroups: [{ name: 'accounts', scopes: ['read', 'balance'] }],
}

describe('a scope pattern', () => {
  it.each([
    ['read_txn:*', 'read_txn:'],
    ['read_txn:*', 'read_txn'],
    ['read_txn:*', 'write_txn:1'],
    ['read_txn:*', 'READ_TXN:1'],
    ['pay:*:once', 'pay::once'],
    ['pay:*:once', 'pay:once'],
    ['pay:*:once', 'pay:1:twice'],
    ['*', ''],
    ['read', 'read_more'],
  ])('%s does not stand for %j', (pattern, scope) => {
    expect(matchesScope(pattern, scope)).toBe(false)
  })

  it.each([
    ['*', 'read_txn:*'],
    ['read_txn:*', 'read_txn:1*'],
    ['read_txn:*', 'read_txn:**'],
  ])('%s does not stand for the pattern %s: who may have values may not have them all', (pattern, scope) => {
    expect(matchesScope(pattern, scope)).toBe(false)
  })

  it.each([
    ['read_txn:*', 'read_txn:123'],
    ['read_txn:*', 'read_txn:a:b'],
    ['pay:*:once', 'pay:7:once'],
    ['*', 'anything'],
    ['read_txn:*', 'read_txn:*'],
    ['read', 'read'],
  ])('%s stands for %s', (pattern, scope) => {
    expect(matchesScope(pattern, scope)).toBe(true)
  })
})

describe('a scope of the realm', () => {
  it.each(['write', 'starlight', 'read_txn:', 'balance', '', '__proto__'])('is not %j', (word) => {
    expect(isScopeOf(realm, word)).toBe(false)
  })

  it.each(['read', 'star*', 'read_txn:*', 'read_txn:123', 'pay:7:once', 'accounts'])('is %s', (word) => {
    expect(isScopeOf(realm, word)).toBe(true)
  })

  it('is a pattern only where the realm says that it is dynamic', () => {
    expect(['read_txn:*', 'star*', 'read_txn:1', 'accounts'].filter((word) => isScopePattern(realm, word))).toEqual([
      'read_txn:*',
    ])
  })
})

describe('what somebody with some scopes has', () => {
  it.each([
    [['read_txn:1'], 'read_txn:2'],
    [['read_txn:1'], 'read_txn:*'],
    [['star*'], 'starlight'],
    [['accounts'], 'read'],
    [[], 'read'],
  ])('with %j is not %s', (held, scope) => {
    expect(coversScope(realm, held, scope)).toBe(false)
  })

  it.each([
    [['read_txn:*'], 'read_txn:2'],
    [['read_txn:*'], 'read_txn:*'],
    [['read', 'read_txn:1'], 'read_txn:1'],
    [['accounts'], 'accounts'],
  ])('with %j is %s', (held, scope) => {
    expect(coversScope(realm, held, scope)).toBe(true)
  })

  const guarded = {
    scopes: [
      { name: 'txn:*', dynamic: true },
      { name: 'txn:admin', exclusive: true },
      { name: 'txn:admin:*', dynamic: true, exclusive: true },
    ],
    scopeGroups: [{ name: 'txn:all', scopes: ['txn:admin'] }],
  }
  it.each(['txn:admin', 'txn:admin:1', 'txn:admin:*', 'txn:all'])(
    'with a common pattern is not %s, which has a rule of its own',
    (scope) => {
      expect(coversScope(guarded, ['txn:*'], scope)).toBe(false)
      expect(coversScope(guarded, ['txn:*'], 'txn:1')).toBe(true)
      expect(coversScope(guarded, ['txn:admin:*'], 'txn:admin:1')).toBe(true)
    },
  )

  it('counts for the members of its scope groups as well, each once', () => {
    expect(withGroupMembers(realm, ['read', 'accounts'])).toEqual(['read', 'accounts', 'balance'])
    expect(withGroupMembers(realm, ['read'])).toEqual(['read'])
  })
})
