import type { Violation } from '../registration/index.ts'

export type Path = readonly (string | number)[]

/** One thing that is wrong with the configuration, and what to do about it. */
export interface Problem {
  readonly path: Path
  readonly message: string
  /** Of the file; absent where the problem is in the environment or on the command line. */
  readonly line?: number
}

/** For whoever asked through the admin API; `member` is a JSON pointer (RFC 6901) without the leading slash. */
export function violationOf({ path, message }: Problem): Violation {
  const member = path.map((step) => String(step).replaceAll('~', '~0').replaceAll('/', '~1')).join('/')
  return { code: 'invalid_client_metadata', member, reason: message }
}

/** Everything that is wrong, told together: nobody should have to find it out one start at a time. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError'
  readonly file: string
  readonly problems: readonly Problem[]

  constructor(file: string, problems: readonly Problem[]) {
    super(describeProblems(file, problems))
    this.file = file
    this.problems = problems
  }
}

function describeProblems(file: string, problems: readonly Problem[]): string {
  const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`
  return [`${file}: ${count}`, ...inFileOrder(problems).map(describe)].join('\n')
}

function inFileOrder(problems: readonly Problem[]): readonly Problem[] {
  return [...problems].sort((one, other) => (one.line ?? 0) - (other.line ?? 0))
}

function describe(problem: Problem): string {
  const place = problem.path.length === 0 ? '' : `${spell(problem.path)}: `
  const line = problem.line === undefined ? '' : `line ${problem.line}: `
  return `  ${line}${place}${problem.message}`
}

/** `realms.default.users[0].password`, as people say it. */
function spell(path: Path): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`
    return text === '' ? step : `${text}.${step}`
  }, '')
}
