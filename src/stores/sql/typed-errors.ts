import { StoreUnavailable } from '../../registration/index.ts'

/** A lost database becomes StoreUnavailable; every other error stays what it is. */
export async function withTypedErrors<Result>(attempt: () => Promise<Result>): Promise<Result> {
  try {
    return await attempt()
  } catch (error) {
    if (isUnavailable(error)) throw new StoreUnavailable('the database cannot be reached', { cause: error })
    throw error
  }
}

const attemptsMax = 4

/**
 * For a single statement alone: what the server rolled back for another's sake has done nothing, and is tried again.
 */
export async function withRetries<Result>(attempt: () => Promise<Result>): Promise<Result> {
  for (let attempts = 1; ; attempts += 1) {
    try {
      return await attempt()
    } catch (error) {
      if (attempts === attemptsMax || !wasRolledBack.has(codeOf(error))) throw error
    }
  }
}

/** The SQLSTATE, or the system's code. */
export function codeOf(error: unknown): string {
  return String((error as { readonly code?: unknown } | undefined)?.code ?? '')
}

/** serialization_failure and deadlock_detected (PostgreSQL, Appendix A). */
const wasRolledBack = new Set(['40001', '40P01'])

/**
 * By the class of the SQLSTATE: connection exceptions, insufficient resources, operator intervention (shutdown,
 * restart, cancelled by a time limit), system errors; and a server that has become a read-only standby.
 */
const unavailableClasses = new Set(['08', '53', '57', '58'])
const readOnlyTransaction = '25006'

const systemCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'ENOENT',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
])

/** pg gives these no code. */
const driverMessages =
  /^(Connection terminated|timeout exceeded when trying to connect|timeout expired|Query read timeout|Client has encountered a connection error|Client was closed|Cannot use a pool after)/

function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = codeOf(error)
  if (code === '') return driverMessages.test(error.message)
  return systemCodes.has(code) || code === readOnlyTransaction || (code.length === 5 && unavailableClasses.has(code.slice(0, 2)))
}
