import { basename, extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type JsonObject, type PolicyType, type Refuse, readVerdicts, refuse, type Verdict } from '../../registration/index.ts'
import { checkPolicyType } from './check-policy-type.ts'
import { findSyntaxError } from './find-syntax-error.ts'
import type { PolicyCode, PolicyProblem, Problems } from './policy-code.ts'
import { type HostLimits, type HostLog, type PolicyHost, startPolicyHost } from './policy-host.ts'
import { type LoadedFile, PolicyStartFailure } from './policy-session.ts'

export interface OperatorPolicies {
  readonly types: readonly PolicyType[]
  stop(): Promise<void>
}

export interface OperatorPolicyParts {
  readonly code: PolicyCode
  readonly limits: HostLimits
  /** Names that are taken by what comes with the server. */
  readonly builtIn: readonly string[]
  readonly log: HostLog
  /** What a policy that could not judge is taken to say; by default, that it refuses. */
  readonly onFailure?: (problem: string) => readonly Verdict[]
}

/** The policies of an operator's folder, running; or everything that is wrong with them. */
export async function startOperatorPolicies(
  parts: OperatorPolicyParts,
): Promise<{ readonly policies: OperatorPolicies } | Problems> {
  const { code, limits, log } = parts
  try {
    const host = await startPolicyHost(code, limits, log)
    const types = host.loaded.map((file) => policyTypeOf(file, host, parts))
    const problems = (await Promise.all(host.loaded.map((file, index) => problemsOf(file, types[index], parts)))).flat()
    if (problems.length === 0) return { policies: { types: types.filter((type) => type !== undefined), stop: host.stop } }
    await host.stop()
    return { problems }
  } catch (error) {
    if (error instanceof PolicyStartFailure)
      return { problems: [{ file: error.file ?? '.', message: `cannot be loaded: ${error.message}` }] }
    throw error
  }
}

function policyTypeOf(loaded: LoadedFile, host: PolicyHost, { log, onFailure }: OperatorPolicyParts): PolicyType | undefined {
  if ('problem' in loaded || loaded.described.members === undefined) return undefined
  const { file, described } = loaded
  const judge = async (context: Parameters<PolicyType['judge']>[0], options: JsonObject): Promise<readonly Verdict[]> => {
    const outcome = await host.judge({ file, context, options })
    const read = 'fault' in outcome ? { problem: outcome.fault } : readVerdicts(outcome.verdicts)
    if ('verdicts' in read) return read.verdicts
    if (onFailure !== undefined) return onFailure(read.problem)
    log.fault(`policy ${nameOf(file)} could not judge: ${read.problem}`)
    return [couldNotJudge]
  }
  return { ...described.members, ...(described.judges ? { judge } : {}) } as unknown as PolicyType
}

/** Nobody gets in by a policy that fails. */
const couldNotJudge: Refuse = refuse(
  'temporarily_unavailable',
  undefined,
  'registration is not possible at the moment: a policy of this realm could not judge; try again later',
)

async function problemsOf(
  loaded: LoadedFile,
  type: PolicyType | undefined,
  { code, builtIn }: OperatorPolicyParts,
): Promise<readonly PolicyProblem[]> {
  const { file } = loaded
  if ('problem' in loaded) return [{ file, message: `cannot be loaded: ${await placed(loaded, code)}` }]
  const name = nameOf(file)
  const taken = builtIn.includes(name) ? [`has the name of a policy that comes with the server; call it otherwise`] : []
  return [...checkPolicyType(type, name), ...taken].map((message) => ({ file, message }))
}

async function placed({ problem, isSyntax }: { readonly problem: string; readonly isSyntax?: boolean }, code: PolicyCode) {
  const [message = problem] = problem.split(/\n\s+at /)
  const sentence = message.trim().replaceAll(/\s+/g, ' ')
  if (/:\d+:\d+: /.test(sentence)) return sentence
  const place = isSyntax ? await findSyntaxError(code) : frameIn(problem, code)
  return place === undefined ? sentence : isSyntax ? `SyntaxError: ${place}` : `${sentence} (${place})`
}

/** The line of the operator's own code that the error came from. */
function frameIn(stack: string, { sources }: PolicyCode): string | undefined {
  const frames = [...stack.matchAll(/(file:\S+?):(\d+):(\d+)/g)]
  const own = frames.find(([, url]) => sources.has(url ?? ''))
  return own === undefined ? undefined : `${fileURLToPath(own[1] ?? '')}:${own[2]}:${own[3]}`
}

function nameOf(file: string): string {
  return basename(file, extname(file))
}
