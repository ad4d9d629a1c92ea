/** Why nobody is signed in, as far as the person can do something about it. */
export type UpstreamProblem = 'denied' | 'unreachable' | 'failed' | 'incomplete' | 'notStrongEnough' | 'notAllowed' | 'gone'

/** `message` is for the log, and holds neither token nor claim. */
export class UpstreamFailure extends Error {
  override readonly name = 'UpstreamFailure'
  readonly problem: UpstreamProblem

  constructor(problem: UpstreamProblem, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.problem = problem
  }
}
