import { Type } from 'typebox'
import { describe, expect, it } from 'vitest'
import { amend, definePolicy, hold, type PolicyType, refuse, type Verdict } from '../../../src/registration/index.ts'
import { runExamples } from '../../../src/registration/policy-authority/run-examples.ts'

const base = {
  name: 'short-names',
  summary: 'A name is short.',
  cites: ['RFC 7591 §2'],
  options: Type.Object({ max: Type.Integer({ default: 3 }) }, { additionalProperties: false }),
  concerns: 'metadata',
} as const

function policyThat(judge: PolicyType['judge'], examples: Partial<PolicyType['examples']>): PolicyType {
  return { ...base, judge, examples: { options: {}, allows: [], refuses: [], ...examples } }
}

const shortNames = definePolicy({
  ...base,
  judge: ({ metadata, requester }, { max }) => {
    const name = metadata.client_name ?? ''
    if (requester.isAdministrator) return [amend({ client_name: name.slice(0, max), logo_uri: undefined }, 'cut')]
    return name.length > max ? [refuse('invalid_client_metadata', 'client_name', `give at most ${max} letters`)] : []
  },
  examples: {
    options: { max: 3 },
    allows: [{ client_name: 'abc' }, {}],
    refuses: [{ client_name: 'abcd' }],
    cases: [
      {
        title: 'an administrator’s is cut',
        given: { metadata: { client_name: 'abcdef' }, requester: { isAdministrator: true } },
        yields: [{ amend: { client_name: 'abc', logo_uri: undefined } }],
      },
      { title: 'with a higher limit', options: { max: 9 }, given: { metadata: { client_name: 'abcdef' } }, yields: [] },
    ],
  },
})

describe('the examples of a policy', () => {
  it.each<[string, PolicyType, string]>([
    [
      'what it should allow is refused',
      policyThat(() => [refuse('invalid_client_metadata', undefined, 'no')], { allows: [{}] }),
      'is refused: no',
    ],
    [
      'what it should refuse is allowed',
      policyThat(() => [hold('wait')], { refuses: [{}] }),
      'is not refused; the verdicts are ["hold"]',
    ],
    [
      'a case yields something else',
      policyThat(() => [], { cases: [{ title: 'x', given: {}, yields: ['hold'] }] }),
      'the verdicts are [], and not ["hold"]',
    ],
    [
      'an amendment leaves a member in place that should go',
      policyThat(() => [amend({}, 'x')], { cases: [{ title: 'x', given: {}, yields: [{ amend: { scope: undefined } }] }] }),
      'the verdicts are [{"amend":{}}]',
    ],
    [
      'it throws',
      policyThat(
        () => {
          throw new Error('oops')
        },
        { allows: [{}] },
      ),
      'fails: oops',
    ],
    [
      'options of a case do not fit',
      policyThat(() => [], { cases: [{ title: 'x', options: { max: 'many' }, given: {}, yields: [] }] }),
      'fails: max must be integer',
    ],
    [
      'the answer is no list of verdicts',
      policyThat(() => undefined as unknown as readonly Verdict[], { allows: [{}] }),
      'fails: the answer is no list of verdicts',
    ],
  ])('fail where %s', async (_, type, problem) => {
    const [result, ...others] = await runExamples(type)
    expect(others).toEqual([])
    expect(result?.problem).toContain(problem)
  })

  it('pass where the policy does what they say, with its defaults filled in', async () => {
    expect(
      await runExamples({ ...shortNames, examples: { ...shortNames.examples, options: {} } } as unknown as PolicyType),
    ).toEqual([
      { title: 'allows {"client_name":"abc"}' },
      { title: 'allows {}' },
      { title: 'refuses {"client_name":"abcd"}' },
      { title: 'an administrator’s is cut' },
      { title: 'with a higher limit' },
    ])
  })
})
