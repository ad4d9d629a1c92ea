import type { IncomingMessage } from 'node:http'
import { HttpProblem } from './http-problem.ts'

/** The runtime keeps the first of several and drops the rest; what stands before us may have looked at another one. */
const singleHeaders = ['host', 'authorization']

/** @throws HttpProblem 400 where a header that decides who asks, and whom, comes more than once (RFC 9110 §5.3, RFC 9112 §3.2). */
export function refuseRepeatedHeaders({ rawHeaders }: IncomingMessage): void {
  const names = rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase())
  const repeated = singleHeaders.find((single) => names.indexOf(single) !== names.lastIndexOf(single))
  if (repeated !== undefined) throw new HttpProblem(400, 'invalid_request', `the header ${repeated} must come once`)
}
