import { describe, expect, it } from 'vitest'
import { claimText, claimValues } from '../../../src/registration/metadata/claim-path.ts'
import { fillTemplate } from '../../../src/registration/metadata/fill-template.ts'
import { isOfElementType, isOfMemberType } from '../../../src/registration/metadata/is-of-member-type.ts'
import { meetsCondition } from '../../../src/registration/metadata/member-condition.ts'
import { judgeValue } from '../../../src/registration/metadata/member-rule.ts'
import { changedMembers, variantsOf } from '../../../src/registration/metadata/member-values.ts'

describe('a condition on a member', () => {
  const metadata = {
    response_types: ['code id_token'],
    scope: 'openid accounts',
    grant_types: ['authorization_code'],
    require_auth_time: false,
    'client_uri#de': 'https://app.example/',
    contacts: [],
  }

  it.each([
    [{ member: 'scope' }, true],
    [{ member: 'nothing' }, false],
    [{ member: 'nothing', present: false }, true],
    [{ member: 'contacts' }, false],
    [{ member: 'client_uri' }, true],
    [{ member: 'response_types', contains: ['id_token'] }, true],
    [{ member: 'response_types', contains: ['token'] }, false],
    [{ member: 'scope', contains: ['payments', 'accounts'] }, true],
    [{ member: 'scope', contains: ['account'] }, false],
    [{ member: 'grant_types', equals: [['authorization_code']] }, true],
    [{ member: 'require_auth_time', equals: [false] }, true],
    [{ member: 'require_auth_time', equals: [true] }, false],
    [{ member: 'nothing', equals: ['x'] }, false],
  ])('%j is met: %s', (condition, expected) => {
    expect(meetsCondition(metadata, condition)).toBe(expected)
  })
})

describe('a rule about a value', () => {
  it.each([
    [{ scope: 'a b' }, { member: 'scope', values: ['a'], otherwise: 'replace' }, [{ name: 'scope', value: 'a' }]],
    [
      { scope: 'b' },
      { member: 'scope', values: ['a'], otherwise: 'replace' },
      [{ name: 'scope', problem: "must be one of 'a'" }],
    ],
    [{ x: 'b' }, { member: 'x', values: ['a'], otherwise: 'replace' }, [{ name: 'x', value: 'a' }]],
    [{ x: 'b' }, { member: 'x', values: ['a'], otherwise: 'remove' }, [{ name: 'x', value: undefined }]],
    [{ x: 1 }, { member: 'x', values: ['1'], otherwise: 'refuse' }, [{ name: 'x', problem: "must be one of '1'" }]],
    [{}, { member: 'x', values: ['a'], otherwise: 'refuse' }, []],
    [{}, { member: 'x', fixed: 'a', otherwise: 'refuse' }, [{ name: 'x', problem: "must be 'a'" }]],
    [{}, { member: 'x', fixed: 'a', otherwise: 'remove' }, []],
    [{}, { member: 'x', fixed: false, otherwise: 'replace' }, [{ name: 'x', value: false }]],
    [{}, { member: 'x', default: ['a'], otherwise: 'refuse' }, [{ name: 'x', value: ['a'] }]],
    [
      { 'x#de': 'bb' },
      { member: 'x', charactersMax: 1, otherwise: 'refuse' },
      [{ name: 'x#de', problem: 'must not be longer than 1 characters' }],
    ],
    [{ x: ['a', 'b'] }, { member: 'x', values: ['a', 'b'], otherwise: 'refuse' }, []],
  ] as const)('%j under %j', (metadata, rule, expected) => {
    expect(judgeValue(metadata, rule)).toEqual(expected)
  })
})

describe('the path of a claim', () => {
  const claims = {
    a: { b: [{ c: 'one' }, { c: 'two' }, { d: 1 }] },
    'a.b': 'exact',
    'https://x.example/role': ['r'],
    n: 7,
  }

  it.each([
    ['a.b', ['exact']],
    ['a.b.c', ['one', 'two']],
    ['https://x.example/role', ['r']],
    ['a.none', []],
    ['n.x', []],
    ['__proto__.x', []],
    ['constructor', []],
  ])('%s leads to %j', (path, values) => {
    expect(claimValues(claims, path)).toEqual(values)
  })

  it('has a text where it leads to a plain value', () => {
    expect([claimText(claims, 'n'), claimText(claims, 'a'), claimText(claims, 'a.b.c')]).toEqual(['7', undefined, 'one'])
  })

  it('fills a template, or none of it', () => {
    expect(fillTemplate('{a.b} no {n}', claims)).toBe('exact no 7')
    expect(fillTemplate('{a.b} {missing}', claims)).toBeUndefined()
  })
})

describe('members', () => {
  it('come with their variants of other languages, and not with others that begin alike', () => {
    const metadata = { client_name: 'a', 'client_name#de': 'b', client_name_x: 'c' }
    expect(variantsOf(metadata, 'client_name').map(([name]) => name)).toEqual(['client_name', 'client_name#de'])
  })

  it('have changed when their values differ, whatever the order of an object', () => {
    const before = { jwks: { keys: [], x: 1 }, scope: 'a', 'client_name#de': 'b' }
    const after = { jwks: { x: 1, keys: [] }, scope: 'b', client_name: 'c' }
    expect(changedMembers(before, after, ['jwks', 'scope', 'client_name'])).toEqual(['client_name', 'client_name#de', 'scope'])
  })
})

describe('the type of a member', () => {
  it.each([
    ['grant_types', 'implicit', false],
    ['grant_types', ['implicit'], true],
    ['client_name', ['a'], false],
    ['default_max_age', '300', false],
    ['default_max_age', 300, true],
    ['require_auth_time', 'true', false],
    ['jwks', [], false],
    ['invented', [1], true],
  ])('%s can be %j: %s', (name, value, expected) => {
    expect(isOfMemberType(name, value)).toBe(expected)
  })

  it('is that of the elements where a list has one', () => {
    expect(isOfElementType('grant_types', 'implicit')).toBe(true)
    expect(isOfElementType('grant_types', 1)).toBe(false)
  })
})
