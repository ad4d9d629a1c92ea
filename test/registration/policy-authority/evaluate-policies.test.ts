import { Type } from 'typebox'
import { describe, expect, it } from 'vitest'
import { amend, type ClientMetadata, hold, type PolicyContext, type PolicyType } from '../../../src/registration/index.ts'
import type { ActivePolicy } from '../../../src/registration/policy-authority/active-policies.ts'
import { newDecisionRecord } from '../../../src/registration/policy-authority/decision-record.ts'
import { evaluatePolicies } from '../../../src/registration/policy-authority/evaluate-policies.ts'

const channels = ['open'] as const
const context = { operation: 'create', metadata: { client_name: 'Notes' } } as unknown as PolicyContext

/** A chain whose members write down which name they were shown. */
function chainOf(judges: Record<string, PolicyType['judge']>) {
  const seen: string[] = []
  const policies = Object.entries(judges).map(([id, judge]): ActivePolicy => {
    const type = { name: id, concerns: 'metadata', options: Type.Object({}), summary: '', cites: [], examples: {} }
    const telling: PolicyType['judge'] = (shown, options) => {
      seen.push(`${id}: ${shown.metadata.client_name}`)
      return judge(shown, options)
    }
    const instance = { id, policy: id, options: {}, enabled: true, onlyBound: false, channels } as ActivePolicy['instance']
    return { instance, type: { ...type, judge: telling } as unknown as PolicyType, options: {} }
  })
  const record = newDecisionRecord()
  const evaluate = (settle = (amended: ClientMetadata) => amended) => evaluatePolicies(context, { policies, settle }, record)
  return { seen, record, evaluate }
}

const watch: PolicyType['judge'] = () => [hold('somebody should look')]
const rename: PolicyType['judge'] = ({ metadata }) =>
  metadata.client_name === 'Notes' ? [amend({ client_name: 'Notes 2' }, 'there are others')] : []

describe('a chain of policies', () => {
  it('shows an amended client to those who have not seen it, and keeps what the others said', async () => {
    const { seen, record, evaluate } = chainOf({ before: watch, rename, after: watch })
    const { metadata, holds } = await evaluate((amended) => ({ ...amended }))
    expect(metadata).toEqual({ client_name: 'Notes 2' })
    expect(seen).toEqual(['before: Notes', 'rename: Notes', 'after: Notes 2', 'before: Notes 2', 'rename: Notes 2'])
    expect(holds.map(({ policy }) => policy)).toEqual(['before', 'after'])
    expect(record.steps.map(({ policy, outcome }) => `${policy} ${outcome}`)).toEqual([
      ...['before held', 'rename amended', 'after held'],
      ...['before held', 'rename passed'],
    ])
  })

  it('shows it to everybody when the rules for all clients have changed it further', async () => {
    const { seen, evaluate } = chainOf({ rename, after: watch })
    await evaluate((amended) => ({ ...amended, client_name: 'Notes II' }))
    expect(seen).toEqual(['rename: Notes', 'after: Notes 2', 'rename: Notes II', 'after: Notes II'])
  })

  it('asks everybody once where nobody amends', async () => {
    const { seen, evaluate } = chainOf({ one: watch, two: () => [] })
    await evaluate()
    expect(seen).toEqual(['one: Notes', 'two: Notes'])
  })

  it('refuses where policies amend each other without end', async () => {
    const swap = (from: string, to: string): PolicyType['judge'] => {
      return ({ metadata }) => (metadata.client_name === from ? [amend({ client_name: to }, 'no')] : [])
    }
    const { evaluate } = chainOf({ one: swap('Notes', 'Other'), two: swap('Other', 'Next'), three: swap('Next', 'Notes') })
    const { evaluate: growing } = chainOf({
      more: ({ metadata }) => [amend({ client_name: `${metadata.client_name}+` }, 'more')],
    })
    await expect(growing()).rejects.toThrow('contradict')
    expect((await evaluate()).metadata).toEqual({ client_name: 'Notes' })
  })
})
