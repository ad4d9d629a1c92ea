/** What is wrong with a request as HTTP, before any registration rule has looked at it. Told to the requester. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem'
  /** So named that other plugins of the listener recognise it as the framework's own. */
  readonly statusCode: number
  readonly error: string
  readonly headers: Readonly<Record<string, string>>

  constructor(statusCode: number, error: string, description: string, headers: Readonly<Record<string, string>> = {}) {
    super(description)
    this.statusCode = statusCode
    this.error = error
    this.headers = headers
  }
}

export function notFound(): HttpProblem {
  return new HttpProblem(404, 'not_found', 'there is nothing at this address')
}

export function methodNotAllowed(allowed: readonly string[]): HttpProblem {
  const allow = allowed.join(', ')
  return new HttpProblem(405, 'method_not_allowed', `this address answers ${allow}`, { allow })
}

export function tooManyRequests(retryAfterSeconds: number): HttpProblem {
  const wait = `too many requests; try again in ${retryAfterSeconds} seconds`
  return new HttpProblem(429, 'temporarily_unavailable', wait, { 'retry-after': String(retryAfterSeconds) })
}
