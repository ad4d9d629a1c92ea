import { type Admission, admitClient } from './admit-client.ts'
import type { Replay, ReplayedAttempt } from './decision.ts'
import { jsonEqual } from './json-equal.ts'
import { type DecisionRecord, newDecisionRecord } from './policy-authority/decision-record.ts'
import type { Attempt, Ports } from './ports.ts'
import { toPreview } from './preview-registration.ts'
import type { ReplayRequest } from './requests.ts'

/**
 * The last registrations of a realm, judged by a chain that is not in force: which answers would differ. A signature cannot be
 * judged again after its time, so a statement counts as verified where it was; and counts of clients have changed
 * since, so limits are not looked at.
 */
export async function replayRegistrations(request: ReplayRequest, ports: Ports): Promise<Replay> {
  const attempts = await ports.attempts.list(request.realm.name, request.limit)
  const replayed: ReplayedAttempt[] = []
  for (const attempt of attempts) replayed.push(await replay(attempt, request, ports))
  return { attempts: replayed, differing: replayed.filter(({ differs }) => differs).length }
}

async function replay(attempt: Attempt, request: ReplayRequest, ports: Ports): Promise<ReplayedAttempt> {
  const record: DecisionRecord = newDecisionRecord()
  const then: Ports = { ...ports, now: () => attempt.at }
  const after = await toPreview(record, async () => {
    return { admitted: await admitClient(await admissionOf(attempt, request, ports), then, record) }
  })
  const before = { outcome: attempt.outcome, violations: attempt.violations }
  const differs = before.outcome !== after.outcome || !jsonEqual(codesOf(before.violations), codesOf(after.violations))
  return { id: attempt.id, at: attempt.at, before, after, differs }
}
