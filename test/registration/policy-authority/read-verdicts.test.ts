import { describe, expect, it } from 'vitest'
import { amend, expire, hold, limit, refuse } from '../../../src/registration/index.ts'
import { readVerdicts } from '../../../src/registration/policy-authority/read-verdicts.ts'

const limited = { evictUnused: false, code: 'access_denied', reason: 'too many' } as const

function nested(depth: number): unknown {
  return depth === 0 ? 1 : [nested(depth - 1)]
}

describe('the answer of a policy', () => {
  it.each<[string, unknown, string]>([
    ['nothing', undefined, 'no list of verdicts'],
    ['a text', 'no', 'no list of verdicts'],
    ['one verdict without a list', hold('x'), 'no list of verdicts'],
    ['null as verdict', [null], 'verdict 1 has the kind undefined'],
    ['an unknown kind', [hold('x'), { kind: 'allow' }], 'verdict 2 has the kind "allow"; give one of refuse, amend, hold'],
    ['a kind that every object has', [{ kind: 'constructor' }], 'has the kind "constructor"'],
    ['an unknown code', [{ kind: 'refuse', code: 'nope', reason: 'x' }], '(refuse) is not accepted: code must be equal'],
    ['a refusal without a reason', [{ kind: 'refuse', code: 'access_denied' }], '(refuse) is not accepted'],
    ['a reason of two lines', [hold('a\nb')], '(hold) is not accepted: reason'],
    ['a reason without an end', [hold('x'.repeat(1001))], '(hold) is not accepted: reason'],
    ['a member that no verdict has', [{ ...hold('x'), severity: 1 }], '(hold) is not accepted'],
    ['a lifetime of nothing', [expire(0, 'x')], '(expire) is not accepted: lifetimeSeconds'],
    [
      'a limit on an unknown group',
      [{ ...limit({ kind: 'realm' }, 1, limited), of: { kind: 'moon' } }],
      '(limit) is not accepted: of',
    ],
    ['an amendment with a Map', [amend({ contacts: new Map() as never }, 'x')], 'the value of "contacts" is no JSON'],
    ['an amendment with NaN', [amend({ default_max_age: Number.NaN }, 'x')], 'the value of "default_max_age" is no JSON'],
    ['an amendment with undefined deep inside', [amend({ contacts: [undefined as never] }, 'x')], 'is no JSON'],
    ['an amendment with a character that no database keeps', [amend({ client_name: 'a\0' }, 'x')], 'is no JSON'],
    ['an amendment with half a character', [amend({ client_name: '\ud800' }, 'x')], 'is no JSON'],
    ['an amendment that is nested without reason', [amend({ jwks: nested(40) as never }, 'x')], 'is no JSON'],
    ['more verdicts than anybody reads', Array.from({ length: 101 }, () => hold('x')), 'more than 100 verdicts'],
  ])('is refused when it is %s', (_, answer, problem) => {
    expect(readVerdicts(answer)).toEqual({ problem: expect.stringContaining(problem) })
  })

  it('is accepted with every kind of verdict', () => {
    const verdicts = [
      refuse('invalid_redirect_uri', 'redirect_uris', 'give https; "http" is refused'),
      refuse('access_denied', undefined, 'not now'),
      amend({ scope: undefined, client_name: 'Größe', jwks: { keys: [{ kty: 'EC' }] }, require_auth_time: true }, 'so it is'),
      hold('new software'),
      limit({ kind: 'address', ipv4Bits: 24, ipv6Bits: 56 }, 10, limited),
      limit({ kind: 'software', perVersion: true }, 1, { ...limited, evictUnused: true }),
      expire(86_400, 'a trial'),
    ]
    expect(readVerdicts(verdicts)).toEqual({ verdicts })
  })
})
