import type { JsonObject, JsonValue } from '../client.ts'
import { jsonEqual } from '../json-equal.ts'
import type { PartialContext, PolicyCase, PolicyContext, PolicyType, Requester, Verdict } from './define-policy.ts'
import { readPolicyOptions } from './read-policy-options.ts'
import { readVerdicts } from './read-verdicts.ts'

/** What became of one example of a policy. */
export interface ExampleResult {
  readonly title: string
  /** How it differs from what the example says; absent: it does not. */
  readonly problem?: string
}

/** Runs a policy's examples: its documentation, held against what it does. */
export async function runExamples(type: PolicyType): Promise<readonly ExampleResult[]> {
  const { allows, refuses, cases = [] } = type.examples
  const results: ExampleResult[] = []
  for (const metadata of allows) results.push(await runAllowed(type, metadata))
  for (const metadata of refuses) results.push(await runRefused(type, metadata))
  for (const example of cases) results.push(await runCase(type, example))
  return results
}

async function runAllowed(type: PolicyType, metadata: PolicyContext['metadata']): Promise<ExampleResult> {
  const expect = (verdicts: readonly Verdict[]): string | undefined => {
    const refusal = verdicts.find(({ kind }) => kind === 'refuse')
    return refusal === undefined ? undefined : `is refused: ${refusal.reason}`
  }
  return run(`allows ${JSON.stringify(metadata)}`, () => judge(type, type.examples.options, { metadata }), expect)
}

async function runRefused(type: PolicyType, metadata: PolicyContext['metadata']): Promise<ExampleResult> {
  const expect = (verdicts: readonly Verdict[]): string | undefined =>
    verdicts.some(({ kind }) => kind === 'refuse') ? undefined : `is not refused; the verdicts are ${shown(verdicts)}`
  return run(`refuses ${JSON.stringify(metadata)}`, () => judge(type, type.examples.options, { metadata }), expect)
}

async function runCase(type: PolicyType, { title, options, given, yields }: PolicyCase<JsonObject>): Promise<ExampleResult> {
  const expect = (verdicts: readonly Verdict[]): string | undefined => {
    const isMet = verdicts.length === yields.length && verdicts.every((verdict, index) => isExpected(verdict, yields[index]))
    return isMet ? undefined : `the verdicts are ${shown(verdicts)}, and not ${JSON.stringify(yields)}`
  }
  return run(title, () => judge(type, options ?? type.examples.options, given), expect)
}

async function run(
  title: string,
  work: () => Promise<readonly Verdict[]>,
  expect: (verdicts: readonly Verdict[]) => string | undefined,
): Promise<ExampleResult> {
  try {
    const problem = expect(await work())
    return problem === undefined ? { title } : { title, problem }
  } catch (error) {
    return { title, problem: `fails: ${error instanceof Error ? error.message : String(error)}` }
  }
}

async function judge(type: PolicyType, options: JsonObject, given: PartialContext): Promise<readonly Verdict[]> {
  const read = readVerdicts(await type.judge(contextOf(given), readPolicyOptions(type, options)))
  if ('problem' in read) throw new Error(read.problem)
  return read.verdicts
}

/** What an example leaves out: an open registration by nobody in particular. */
function contextOf({ requester, ...given }: PartialContext): PolicyContext {
  return {
    ...{ operation: 'create', metadata: {}, now: 1_800_000_000 },
    realm: { name: 'default', issuer: 'https://as.example', scopes: [] },
    ...given,
    requester: { ...nobody, ...requester },
  }
}

const nobody: Requester = { channel: 'open', isSigned: false, isAdministrator: false }

function isExpected(verdict: Verdict, expected: PolicyCase<JsonObject>['yields'][number] | undefined): boolean {
  if (typeof expected !== 'object') return verdict.kind === expected
  return verdict.kind === 'amend' && isSame(verdict.members, expected.amend)
}

/** A member that is taken away counts: `{ a: undefined }` is not `{}`. */
function isSame(members: Members, expected: Members): boolean {
  const names = Object.keys(members)
  return (
    names.length === Object.keys(expected).length &&
    names.every((name) => Object.hasOwn(expected, name) && jsonEqual(members[name], expected[name]))
  )
}

type Members = Readonly<Record<string, JsonValue | undefined>>

function shown(verdicts: readonly Verdict[]): string {
  return JSON.stringify(verdicts.map((verdict) => (verdict.kind === 'amend' ? { amend: verdict.members } : verdict.kind)))
}
