import type { DecisionStep, StepName } from '../decision.ts'
import { Refusal } from '../refusal.ts'

/** Where every step of an admission leaves its line, refused or not: for preview, audit trail and console. */
export interface DecisionRecord {
  readonly steps: DecisionStep[]
}

export function newDecisionRecord(): DecisionRecord {
  return { steps: [] }
}

export type StepResult = Partial<Pick<DecisionStep, 'amendments' | 'remarks'>>

/** Runs a step and writes its line; `tell` says what there is to tell of a result. A refusal is written down and goes on its way. */
export async function recordStep<Result>(
  record: DecisionRecord,
  step: StepName,
  work: () => Result | Promise<Result>,
  tell: (result: Result) => StepResult = () => ({}),
): Promise<Result> {
  try {
    const result = await work()
    const { amendments = [], remarks = [] } = tell(result)
    record.steps.push({ step, outcome: amendments.length > 0 ? 'amended' : 'passed', amendments, violations: [], remarks })
    return result
  } catch (error) {
    if (error instanceof Refusal) {
      record.steps.push({ step, outcome: 'refused', amendments: [], violations: error.violations, remarks: [] })
    }
    throw error
  }
}
