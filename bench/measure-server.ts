import type { Effort } from './effort.ts'
import { compareLoads } from './load/compare-loads.ts'
import { measureLoad } from './load/measure-load.ts'
import { putLoad } from './load/put-load.ts'
import { memoryMegabytesOf, ownMegabytesOf } from './process/process-usage.ts'
import type { Line } from './report/line.ts'
import { jwtToken, opaqueToken } from './scenarios/client-credentials.ts'
import { guardedRegistration, limitedRegistration } from './scenarios/guarded-registration.ts'
import { introspection } from './scenarios/introspection.ts'
import { readRegistration } from './scenarios/read-registration.ts'
import { publicClient, registerClient } from './scenarios/register-client.ts'
import { registration } from './scenarios/registration.ts'
import type { Scenario } from './scenarios/scenario.ts'
import type { Target } from './scenarios/target.ts'

const scenarios = [registration, guardedRegistration, limitedRegistration, opaqueToken, jwtToken, introspection, readRegistration]

interface RunningTarget extends Target {
  readonly startedAt: number
  stop(): Promise<void>
}

interface Yardsticks {
  readonly effort: Effort
  readonly limits: Readonly<Record<NonNullable<Scenario['limit']>, number>>
  /** Requests per second of a peer, by scenario. */
  readonly peers?: ReadonlyMap<string, number>
}

/** Every figure of one server; what cannot be had says why and does not keep the rest from being measured. */
export async function measureServer(
  group: string,
  start: () => Promise<RunningTarget>,
  yardsticks: Yardsticks,
): Promise<readonly Line[]> {
  let target: RunningTarget
  try {
    target = await start()
  } catch (error) {
    return [{ group, what: 'every scenario', notRun: messageOf(error) }]
  }
  try {
    return await measureRunning(group, target, yardsticks)
  } finally {
    await target.stop()
  }
}

async function measureRunning(group: string, target: RunningTarget, yardsticks: Yardsticks): Promise<readonly Line[]> {
  const lines: Line[] = []
  const figure = (what: string, value: number, unit: string) => lines.push({ group, what, figure: { value, unit } })
  figure('memory when idle (the server alone)', ownMegabytesOf(target.pid), 'MB')
  if (target.embedsDatabase) figure('memory when idle (with its database)', memoryMegabytesOf(target.pid), 'MB')
  await registerClient(target, publicClient)
  figure('start to first registration', performance.now() - target.startedAt, 'ms')
  for (const scenario of scenarios) {
    const line = await measureScenario(scenario, target, yardsticks)
    const { comparedWith } = scenario
    if (comparedWith === undefined) lines.push({ group, ...line })
    // A comparison is a matter of one server with itself; who lacks the one half is not measured for the other.
    else if (line.load !== undefined)
      lines.push({ group, ...line, ...(await compare(scenario, comparedWith, target, yardsticks)) })
  }
  await registerMany(target, yardsticks.effort)
  figure(`memory with ${yardsticks.effort.clients} more clients (the server alone)`, ownMegabytesOf(target.pid), 'MB')
  return lines
}

async function measureScenario(
  scenario: Scenario,
  target: Target,
  { effort, limits, peers }: Yardsticks,
): Promise<Omit<Line, 'group'>> {
  try {
    const requests = await scenario.prepare(target)
    if (requests === undefined) return { what: scenario.name, notRun: 'the server has no such thing' }
    const load = await measureLoad(target, requests, effort.load)
    const peer = peers?.get(scenario.name)
    return {
      what: scenario.name,
      load,
      ...(scenario.limit === undefined ? {} : { ofLimit: load.full.perSecond / limits[scenario.limit] }),
      ...(peer === undefined ? {} : { ofPeer: load.full.perSecond / peer }),
    }
  } catch (error) {
    return { what: scenario.name, notRun: messageOf(error) }
  }
}

async function compare(
  scenario: Scenario,
  other: Scenario,
  target: Target,
  { effort }: Yardsticks,
): Promise<Pick<Line, 'compared'>> {
  const [first, second] = [await scenario.prepare(target), await other.prepare(target)]
  if (first === undefined || second === undefined) return {}
  return { compared: { with: other.name, ...(await compareLoads(target, [first, second], effort.load)) } }
}

async function registerMany(target: Target, { clients, load }: Effort): Promise<void> {
  const requests = (await registration.prepare(target)) ?? []
  await putLoad({ origin: target.origin, requests, connections: load.connections, countMax: clients, secondsMax: 30 })
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
