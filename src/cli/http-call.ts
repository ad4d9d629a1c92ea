import { CliError, exitCodes } from './cli-error.ts'
import type { Io } from './io.ts'

export interface HttpCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly url: string
  readonly bearerToken?: string | undefined
  readonly body?: unknown
  /** Lines of JSON instead of a body. */
  readonly lines?: string | undefined
  readonly timeoutMilliseconds: number
  /** What to do when nobody answers. */
  readonly whenUnreachable: string
}

export interface HttpAnswer {
  readonly status: number
  /** `undefined` where there was no JSON. */
  readonly body: unknown
  readonly text: string
}

export async function callHttp(io: Io, call: HttpCall): Promise<HttpAnswer> {
  const response = await send(io, call)
  const text = await response.text()
  return { status: response.status, body: parsed(text), text }
}

async function send(
  io: Io,
  { method, url, bearerToken, body, lines, timeoutMilliseconds, whenUnreachable }: HttpCall,
): Promise<Response> {
  const headers = {
    accept: 'application/json',
    ...(bearerToken === undefined ? {} : { authorization: `Bearer ${bearerToken}` }),
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(lines === undefined ? {} : { 'content-type': 'application/x-ndjson' }),
  }
  const sent = lines ?? (body === undefined ? undefined : JSON.stringify(body))
  const payload = sent === undefined ? {} : { body: sent }
  try {
    // A redirect would carry the token to a place that nobody named.
    return await io.fetch(url, {
      method,
      headers,
      ...payload,
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMilliseconds),
    })
  } catch (error) {
    const isLate = error instanceof Error && error.name === 'TimeoutError'
    const message = isLate ? `${url} did not answer in time` : `cannot reach ${url} (${reasonOf(error)})`
    throw new CliError(message, { exitCode: exitCodes.failure, nextStep: whenUnreachable, cause: error })
  }
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  const code = (cause as { readonly code?: unknown }).code
  return typeof code === 'string' ? code : cause instanceof Error ? cause.message : String(cause)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // An empty answer (204), or a page of something in between; the status says what there is to say.
    return undefined
  }
}

/** What a status means for the exit code. */
export function exitCodeOf(status: number): (typeof exitCodes)[keyof typeof exitCodes] {
  if (status === 401 || status === 403) return exitCodes.notAllowed
  if (status === 404 || status === 410) return exitCodes.notFound
  return status === 409 || status === 412 ? exitCodes.conflict : exitCodes.failure
}
