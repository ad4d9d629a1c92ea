export const exitCodes = { ok: 0, failure: 1, usage: 2, notFound: 3, notAllowed: 4, conflict: 5, partlyFailed: 6 } as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

export interface CliErrorDetails {
  readonly exitCode: ExitCode
  readonly nextStep?: string | undefined
  readonly cause?: unknown
}

/** Told in one line, with what to do next in another. */
export class CliError extends Error {
  override readonly name = 'CliError'
  readonly exitCode: ExitCode
  readonly nextStep: string | undefined

  constructor(message: string, { exitCode, nextStep, cause }: CliErrorDetails) {
    super(message, cause === undefined ? undefined : { cause })
    this.exitCode = exitCode
    this.nextStep = nextStep
  }
}
