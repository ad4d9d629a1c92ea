import { Type } from 'typebox'
import { describe, expect, it } from 'vitest'
import { type JsonValue, Refusal, readPolicyOptions } from '../../../src/registration/index.ts'

const closed = { additionalProperties: false }
const schema = Type.Object(
  {
    hosts: Type.Array(Type.String({ pattern: '^[a-z.]+$' }), { minItems: 1 }),
    max: Type.Integer({ minimum: 1, maximum: 5, default: 3 }),
    mode: Type.Enum(['strict', 'lenient'], { default: 'strict' }),
    window: Type.Object({ from: Type.Integer({ default: 8 }), to: Type.Integer({ default: 17 }) }, { ...closed, default: {} }),
    rules: Type.Array(Type.Object({ name: Type.String(), on: Type.Boolean({ default: true }) }, closed), { default: [] }),
    how: Type.Optional(
      Type.Union([
        Type.Literal('none'),
        Type.Object({ kind: Type.Literal('a'), size: Type.Integer({ default: 1 }) }, closed),
        Type.Object({ kind: Type.Literal('b'), depth: Type.Integer({ default: 2 }) }, closed),
      ]),
    ),
  },
  closed,
)

describe.each([
  ['as typebox builds it', schema],
  ['as it arrives from another thread', JSON.parse(JSON.stringify(schema)) as typeof schema],
])('the options of a policy, with their schema %s', (_, options) => {
  it.each<[string, JsonValue, readonly string[]]>([
    ['no object', ['a.example'], ['']],
    ['an option that is missing', {}, ['hosts']],
    ['an option that is unknown', { hosts: ['a.example'], hots: 1 }, ['hots']],
    ['an unknown name that has to be escaped', { hosts: ['a.example'], 'a/b~c': 1 }, ['a~1b~0c']],
    ['an item that does not fit', { hosts: ['a.example', 'B'] }, ['hosts/1']],
    ['several things at once', { hosts: [], max: 9, mode: 'wild' }, ['hosts', 'max', 'mode']],
    ['an unknown option inside', { hosts: ['a.example'], window: { until: 3 } }, ['window/until']],
  ])('refuses %s, with a pointer to each', (_title, given, pointers) => {
    expect(refusalOf(options, given).violations.map(({ member }) => member)).toEqual(pointers)
  })

  it('refuses more unknown options than a validator counts', () => {
    const many = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`unknown${index}`, index]))
    expect(refusalOf(options, { hosts: ['a.example'], ...many }).violations[0]?.member).toBe('unknown0')
  })

  it('tells what would have been accepted', () => {
    const reasons = refusalOf(options, { hosts: ['a.example'], max: 9, mode: 'wild', more: 1 }).violations.map(
      ({ reason }) => reason,
    )
    expect(reasons.sort()).toEqual([
      'max must be <= 5',
      'mode must be one of strict, lenient',
      'more is no option of this policy',
    ])
  })

  it('fills in defaults at every depth, and leaves what was given as it is', () => {
    const given = { hosts: ['a.example'], window: { from: 9 }, rules: [{ name: 'x' }], how: { kind: 'b' } }
    const before = structuredClone(given)
    expect(readPolicyOptions({ options }, given)).toEqual({
      ...{ hosts: ['a.example'], max: 3, mode: 'strict', window: { from: 9, to: 17 } },
      ...{ rules: [{ name: 'x', on: true }], how: { kind: 'b', depth: 2 } },
    })
    expect(given).toEqual(before)
  })

  it('accepts what it has made itself', () => {
    const once = readPolicyOptions({ options }, { hosts: ['a.example'] })
    expect(readPolicyOptions({ options }, once)).toEqual(once)
  })
})

function refusalOf(options: typeof schema, given: JsonValue): Refusal {
  try {
    readPolicyOptions({ options }, given)
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
  throw new Error('nothing was refused')
}
