import { Refusal } from '../registration/index.ts'
import type { ProblemDocument } from './contract.ts'

export interface MemberProblem {
  readonly pointer: string
  readonly code: string
  readonly message: string
}

/** The caller's doing, told as a problem document (RFC 9457). */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly status: number
  readonly code: string
  readonly errors: readonly MemberProblem[]
  readonly headers: Readonly<Record<string, string>>

  constructor(
    status: number,
    code: string,
    detail: string,
    more: { errors?: readonly MemberProblem[]; headers?: Record<string, string> } = {},
  ) {
    super(detail)
    this.status = status
    this.code = code
    this.errors = more.errors ?? []
    this.headers = more.headers ?? {}
  }
}

export function problemDocument({ status, code, message, errors }: Problem, requestId: string): ProblemDocument {
  return {
    type: `urn:registrar:problem:${code}`,
    title: titles[status] ?? 'Request failed',
    status,
    code,
    detail: message,
    request_id: requestId,
    ...(errors.length === 0 ? {} : { errors: [...errors] }),
  }
}

/** What was thrown, as a problem; `undefined`: a fault of ours, of which nobody is told more than its id. */
export function toProblem(error: unknown): Problem | undefined {
  if (error instanceof Problem) return error
  if (error instanceof Refusal) return fromRefusal(error)
  return fromFramework(error)
}

function fromRefusal({ code, message, violations }: Refusal): Problem {
  if (code === 'temporarily_unavailable') return new Problem(503, code, message, { headers: { 'retry-after': '1' } })
  const errors = violations.map(({ code, member, reason }) => ({
    pointer: member === undefined ? '' : `/${member}`,
    code,
    message: reason,
  }))
  return new Problem(422, 'not_accepted', message, { errors })
}

/** Fastify says with `statusCode` what it made of a request that never reached a route. */
function fromFramework(error: unknown): Problem | undefined {
  const { statusCode } = error as { readonly statusCode?: unknown }
  if (typeof statusCode !== 'number' || statusCode < 400 || statusCode > 499) return undefined
  const [code, detail] = frameworkProblems[statusCode] ?? ['bad_request', 'the request could not be read']
  return new Problem(statusCode, code, detail)
}

const frameworkProblems: Readonly<Record<number, readonly [code: string, detail: string]>> = {
  400: ['bad_request', 'the request could not be read; send a path without broken escapes and a body of well-formed JSON'],
  413: ['body_too_large', 'the body is too large'],
  414: ['path_too_long', 'the path is too long'],
  415: ['unsupported_media_type', 'send the body as application/json'],
}

const titles: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Not signed in',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'Conflict',
  412: 'Changed in the meantime',
  413: 'Content too large',
  414: 'Path too long',
  415: 'Unsupported media type',
  422: 'Not accepted',
  500: 'Internal error',
  503: 'Not available',
}
