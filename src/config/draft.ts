import type { CertificateChecks } from './ports.ts'
import type { Path, Problem } from './problem.ts'
import type { ConfigurationFile } from './schema.ts'

/** A configuration on its way: what was read so far, what is wrong with it, and what it is read against. */
export interface Draft {
  readonly file: ConfigurationFile
  readonly problems: Problem[]
  readonly surroundings: Surroundings
}

/** What is not in the file. */
export interface Surroundings {
  /** Absolute path of the file; paths in the file are relative to its folder. */
  readonly path: string
  readonly env: Environment
  readonly overrides: Overrides
  readonly dataFolder: string
  /** `false` only looks: nothing is generated on disk. */
  readonly generates: boolean
  readonly certificateChecks: FindCertificateChecks
}

/** Asked where there are certificates in the file: who has none does not wait for the modules that read them. */
export type FindCertificateChecks = () => Promise<CertificateChecks>

export type Environment = Readonly<Record<string, string | undefined>>

/** Of the command line; they win over the environment, which wins over the file. */
export interface Overrides {
  readonly port?: number
  readonly adminPort?: number
  readonly data?: string
}

/** Whether nothing is wrong at `path` or below; only then is what stands there what its type says. */
export function isSound({ problems }: Draft, ...path: Path): boolean {
  if (problems.length === 0) return true
  return !problems.some((problem) => {
    const shared = Math.min(path.length, problem.path.length)
    return path.slice(0, shared).every((step, index) => step === problem.path[index])
  })
}

export function complain({ problems }: Draft, path: Path, message: string): undefined {
  problems.push({ path, message })
}
