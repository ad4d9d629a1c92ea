import { CliError, exitCodes } from './cli-error.ts'
import { callHttp, exitCodeOf, type HttpAnswer } from './http-call.ts'
import type { Io } from './io.ts'
import type { Item } from './output.ts'

export interface RegistrationCall {
  readonly url: string
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly bearerToken?: string | undefined
  readonly body?: Item
  readonly timeout: number
}

const whenUnreachable = 'Check that the server runs, and name its issuer with --issuer URL.'

/** A call of the registration or client configuration endpoint; anything but success is told with the server's own words. */
export async function callRegistration(io: Io, { timeout, ...call }: RegistrationCall): Promise<Item> {
  const answer = await callHttp(io, { ...call, timeoutMilliseconds: timeout, whenUnreachable })
  if (answer.status >= 200 && answer.status < 300) return (answer.body ?? {}) as Item
  throw refused(answer)
}

/** Where an issuer lets clients register: RFC 8414 first, then OpenID Connect Discovery. */
export async function findRegistrationEndpoint(io: Io, issuer: string, timeout: number): Promise<string> {
  for (const url of discoveryUrls(issuer)) {
    const { status, body } = await callHttp(io, { method: 'GET', url, timeoutMilliseconds: timeout, whenUnreachable })
    if (status === 200) return endpointOf(body as Item | undefined, issuer)
  }
  throw new CliError(`${issuer} publishes no authorization server metadata`, {
    exitCode: exitCodes.notFound,
    nextStep: 'Name the issuer with --issuer URL, exactly as it names itself.',
  })
}

function discoveryUrls(issuer: string): readonly string[] {
  if (!URL.canParse(issuer))
    throw new CliError(`${issuer} is not a URL`, {
      exitCode: exitCodes.usage,
      nextStep: 'Give an absolute URL such as https://auth.example.com.',
    })
  const { origin, pathname } = new URL(issuer)
  const path = pathname.replace(/\/+$/, '')
  return [`${origin}/.well-known/oauth-authorization-server${path}`, `${origin}${path}/.well-known/openid-configuration`]
}

function endpointOf(metadata: Item | undefined, issuer: string): string {
  const { issuer: named, registration_endpoint: endpoint } = { ...metadata }
  // RFC 8414 §3.3: metadata of somebody else must not be used.
  if (typeof named !== 'string' || named.replace(/\/+$/, '') !== issuer.replace(/\/+$/, '')) {
    throw new CliError(`the server names itself ${String(named)}, not ${issuer}`, {
      exitCode: exitCodes.failure,
      nextStep: `Use --issuer ${String(named)} if that is the one you mean.`,
    })
  }
  if (typeof endpoint === 'string') return endpoint
  throw new CliError(`${issuer} does not offer dynamic client registration`, {
    exitCode: exitCodes.failure,
    nextStep: 'Ask its administrator to enable registration.',
  })
}

function refused({ status, body }: HttpAnswer): CliError {
  const { error, error_description: description, violations } = { ...(body as Item | undefined) }
  const words = [error, description].filter((word) => typeof word === 'string').join(': ')
  // Our own server tells every reason; the first one is the description.
  const others = Array.isArray(violations) ? violations.slice(1).map(reasonLine) : []
  return new CliError([words === '' ? `the server answered ${status}` : words, ...others].join('\n'), {
    exitCode: exitCodeOf(status),
    nextStep: nextSteps[status],
  })
}

function reasonLine(violation: unknown): string {
  const { reason } = { ...(violation as Item | null) }
  return `  ${typeof reason === 'string' ? reason : JSON.stringify(violation)}`
}

const nextSteps: Readonly<Record<number, string>> = {
  401: 'Give a token that is valid: --iat TOKEN to register, the credentials of the client for everything else.',
  403: 'What the token allows is less than what you asked for.',
  429: 'Too many requests; wait a little.',
}
