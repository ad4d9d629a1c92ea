import type { ClientMetadata, JsonValue } from '../client.ts'
import type { DecisionStep } from '../decision.ts'
import { jsonEqual } from '../json-equal.ts'
import type { Amendment } from '../metadata/amendment.ts'
import { Refusal, refuseAll, type Violation } from '../refusal.ts'
import type { ActivePolicy } from './active-policies.ts'
import type { DecisionRecord } from './decision-record.ts'
import type { Amend, Expire, Hold, Limit, PolicyContext, PolicyType, Verdict } from './define-policy.ts'

export interface Evaluation {
  readonly metadata: ClientMetadata
  readonly amendments: readonly Amendment[]
  readonly holds: readonly { readonly policy: string; readonly reason: string }[]
  readonly limits: readonly Limit[]
  /** The shortest that a policy wants; absent: none wants any. */
  readonly lifetimeSeconds?: number
}

export interface Chain {
  /** Those that have a say. */
  readonly policies: readonly ActivePolicy[]
  /** What an amended client becomes by the rules that hold for every client. @throws Refusal */
  readonly settle: (amended: ClientMetadata) => ClientMetadata
}

/**
 * Every policy judges, in order, also after one has refused: requester and audit trail see all reasons at once. A policy may
 * amend what an earlier one has approved, so an amended client is judged anew until nothing changes any more: what is
 * registered is what every policy has seen (DCR-RSP-07). Whoever has seen just that already is not asked again.
 * @throws Refusal with every reason, the first policy's leading.
 */
export async function evaluatePolicies(
  context: PolicyContext,
  { policies: chain, settle }: Chain,
  record: DecisionRecord,
): Promise<Evaluation> {
  const answers: Answers = []
  let evaluation: Evaluation = { metadata: context.metadata, amendments: [], holds: [], limits: [] }
  for (let round = 1; round <= roundsMax; round += 1) {
    const before = evaluation
    const judged = await judgeOnce({ ...context, metadata: before.metadata }, chain, { answers, record })
    refuseAll(judged.violations)
    if (judged.amendments.length === 0) return { ...judged, amendments: before.amendments }
    const metadata = sameIfEqual(settle(judged.metadata), judged.metadata)
    // What the realm does not serve was taken away again, as from any client: there is nothing new to judge.
    if (jsonEqual(metadata as JsonValue, before.metadata as JsonValue)) {
      return { ...judged, metadata, amendments: before.amendments }
    }
    evaluation = { ...judged, metadata, amendments: [...before.amendments, ...judged.amendments] }
  }
  throw new Refusal('invalid_client_metadata', 'the policies of this realm contradict each other about this client', {
    internal: 'policies amend what other policies amend, without end',
  })
}

// The first round changes, the second sees it; a third is for a policy that goes on from another one's change.
const roundsMax = 4

/** What each policy of the chain said last, and to which metadata. */
type Answers = ({ readonly metadata: ClientMetadata; readonly verdicts: readonly Verdict[] } | undefined)[]

function sameIfEqual(settled: ClientMetadata, amended: ClientMetadata): ClientMetadata {
  return jsonEqual(settled as JsonValue, amended as JsonValue) ? amended : settled
}

interface JudgedOnce extends Evaluation {
  readonly violations: readonly Violation[]
}

async function judgeOnce(
  context: PolicyContext,
  chain: readonly ActivePolicy[],
  { answers, record }: { readonly answers: Answers; readonly record: DecisionRecord },
): Promise<JudgedOnce> {
  let judged: JudgedOnce = { metadata: context.metadata, amendments: [], holds: [], limits: [], violations: [] }
  let seen = context
  for (const [index, policy] of chain.entries()) {
    const last = answers[index]
    const isKnown = last?.metadata === seen.metadata
    const answer = isKnown ? last.verdicts : answerOf(policy, seen)
    // Most policies answer at once, and most have nothing to say: neither costs a turn of the event loop or a new record.
    const verdicts = answer instanceof Promise ? await answer : answer
    if (!isKnown) answers[index] = { metadata: seen.metadata, verdicts }
    const heard = hear(judged, policy.instance.id, verdicts)
    if (!isKnown) record.steps.push(lineOf(policy.instance.id, judged, heard, verdicts))
    if (heard.metadata !== judged.metadata) seen = { ...context, metadata: heard.metadata }
    judged = heard
  }
  return judged
}

const passed = { outcome: 'passed', amendments: [], violations: [], remarks: [] } as const

/** A policy that is configured and not there must not be skipped: nobody gets in by a missing file. */
function answerOf({ type, options }: ActivePolicy, context: PolicyContext): ReturnType<PolicyType['judge']> {
  if (type !== undefined) return type.judge(context, options)
  const reason = 'registration is not possible at the moment: a policy of this realm is missing'
  return [{ kind: 'refuse', code: 'temporarily_unavailable', reason }]
}

function hear(judged: JudgedOnce, policy: string, verdicts: readonly Verdict[]): JudgedOnce {
  if (verdicts.length === 0) return judged
  const amended = verdicts.filter(isAmend).reduce(amendBy, judged)
  const lifetimes = verdicts.filter(isExpire).map(({ lifetimeSeconds }) => lifetimeSeconds)
  const lifetimeSeconds = Math.min(judged.lifetimeSeconds ?? Number.POSITIVE_INFINITY, ...lifetimes)
  return {
    ...amended,
    holds: [...judged.holds, ...verdicts.filter(isHold).map(({ reason }) => ({ policy, reason }))],
    limits: [...judged.limits, ...verdicts.filter(isLimit)],
    ...(Number.isFinite(lifetimeSeconds) ? { lifetimeSeconds } : {}),
    violations: [...judged.violations, ...verdicts.flatMap(violationOf)],
  }
}

function amendBy(judged: JudgedOnce, { members, reason }: Amend): JudgedOnce {
  return Object.entries(members).reduce((amending, [member, to]) => amendMember(amending, { member, to, reason }), judged)
}

function amendMember(
  judged: JudgedOnce,
  { member, to, reason }: { readonly member: string; readonly to: JsonValue | undefined; readonly reason: string },
): JudgedOnce {
  const from = judged.metadata[member]
  if (jsonEqual(from, to)) return judged
  const { [member]: _replaced, ...others } = judged.metadata
  const amendment = { member, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }), reason }
  return {
    ...judged,
    metadata: to === undefined ? others : { ...others, [member]: to },
    amendments: [...judged.amendments, amendment],
  }
}

export function violationOf(verdict: Verdict): readonly Violation[] {
  if (verdict.kind !== 'refuse') return []
  const { code, member, reason } = verdict
  return [{ code, ...(member === undefined ? {} : { member }), reason }]
}

function lineOf(policy: string, before: JudgedOnce, after: JudgedOnce, verdicts: readonly Verdict[]): DecisionStep {
  if (verdicts.length === 0) return { step: 'policy', policy, ...passed }
  const amendments = after.amendments.slice(before.amendments.length)
  const violations = after.violations.slice(before.violations.length)
  const isHeld = verdicts.some(isHold)
  const outcome = violations.length > 0 ? 'refused' : isHeld ? 'held' : amendments.length > 0 ? 'amended' : 'passed'
  return { step: 'policy', policy, outcome, amendments, violations, remarks: verdicts.flatMap(remarkOf) }
}

function remarkOf(verdict: Verdict): readonly string[] {
  if (verdict.kind === 'hold') return [verdict.reason]
  if (verdict.kind === 'limit') return [`at most ${verdict.max} clients: ${verdict.reason}`]
  return verdict.kind === 'expire' ? [`ends after ${verdict.lifetimeSeconds} seconds: ${verdict.reason}`] : []
}

function isAmend(verdict: Verdict): verdict is Amend {
  return verdict.kind === 'amend'
}

function isHold(verdict: Verdict): verdict is Hold {
  return verdict.kind === 'hold'
}

function isLimit(verdict: Verdict): verdict is Limit {
  return verdict.kind === 'limit'
}

function isExpire(verdict: Verdict): verdict is Expire {
  return verdict.kind === 'expire'
}
