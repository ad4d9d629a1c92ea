import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CliError, exitCodes } from './cli-error.ts'
import type { CommonOptions } from './common-options.ts'
import { callHttp, exitCodeOf } from './http-call.ts'
import type { Io } from './io.ts'
import type { Item } from './output.ts'

export interface ServerOptions extends CommonOptions {
  readonly server?: string
  readonly token?: string
  readonly data?: string
}

export interface AdminOptions extends ServerOptions {
  readonly realm: string
}

/** The admin API of one realm, or of what stands beside the realms. */
export interface AdminApi {
  get(path: string): Promise<Item>
  post(path: string, body?: Item): Promise<Item>
  put(path: string, body: Item): Promise<Item>
  delete(path: string): Promise<void>
  /** Page after page, until there are `limit` items or no more. */
  list(path: string, query: Readonly<Record<string, string | undefined>>, limit?: number): Promise<readonly Item[]>
}

const pageSize = 200 // The most that the server gives at once.

export async function openAdminApi(io: Io, options: ServerOptions & { readonly realm?: string }): Promise<AdminApi> {
  const bearerToken = await findToken(io, options)
  const server = options.server ?? io.env['REGISTRAR_SERVER'] ?? 'http://localhost:4401'
  if (!URL.canParse(server)) {
    const nextStep = 'Give the URL of the admin listener, such as http://localhost:4401.'
    throw new CliError(`${server} is not a URL`, { exitCode: exitCodes.usage, nextStep })
  }
  const realm = options.realm === undefined ? '' : `/realms/${encodeURIComponent(options.realm)}`
  const base = `${server.replace(/\/+$/, '')}/admin/v1${realm}`
  const call = async (method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: Item): Promise<Item> => {
    const whenUnreachable = 'Start a server with `registrar serve`, or name its admin listener with --server URL.'
    const answer = await callHttp(io, {
      method,
      url: `${base}/${path}`,
      bearerToken,
      body,
      timeoutMilliseconds: options.timeout,
      whenUnreachable,
    })
    if (answer.status >= 200 && answer.status < 300) return (answer.body ?? {}) as Item
    throw refused(answer.status, answer.body)
  }
  return {
    get: (path) => call('GET', path),
    post: (path, body) => call('POST', path, body),
    put: (path, body) => call('PUT', path, body),
    delete: async (path) => void (await call('DELETE', path)),
    list: (path, query, limit = Number.POSITIVE_INFINITY) =>
      listAll((after, size) => call('GET', `${path}?${queryOf({ ...query, after, limit: String(size) })}`), limit),
  }
}

async function listAll(
  page: (after: string | undefined, size: number) => Promise<Item>,
  limit: number,
): Promise<readonly Item[]> {
  const items: Item[] = []
  let after: string | undefined
  do {
    const { items: found, next } = await page(after, Math.min(pageSize, limit - items.length))
    if (Array.isArray(found)) items.push(...(found as Item[]))
    after = typeof next === 'string' ? next : undefined
  } while (after !== undefined && items.length < limit)
  return items
}

function queryOf(query: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return new URLSearchParams(given).toString()
}

async function findToken(io: Io, { token, data }: ServerOptions): Promise<string> {
  const given = token ?? io.env['REGISTRAR_ADMIN_TOKEN']
  if (given !== undefined && given !== '') return given
  const file = join(data ?? io.env['REGISTRAR_DATA'] ?? 'data', 'secrets', 'admin-token')
  try {
    return (await readFile(file, 'utf8')).trim()
  } catch (cause) {
    const nextStep = 'Set REGISTRAR_ADMIN_TOKEN, or name the data folder of a server on this machine with --data FOLDER.'
    throw new CliError('there is no administrator token', { exitCode: exitCodes.notAllowed, nextStep, cause })
  }
}

function refused(status: number, body: unknown): CliError {
  const { detail, errors } = (body ?? {}) as { readonly detail?: unknown; readonly errors?: unknown }
  // Problem documents (RFC 9457) have a detail; whoever gives none is not our admin API.
  if (status === 404 && detail === undefined) {
    const nextStep = 'Name the admin listener with --server URL; the public one has another port.'
    return new CliError('there is no admin API at this address', { exitCode: exitCodes.failure, nextStep })
  }
  const lines = Array.isArray(errors) ? errors.map(memberLine) : []
  const message = typeof detail === 'string' ? detail : `the server answered ${status}`
  return new CliError([message, ...lines].join('\n'), { exitCode: exitCodeOf(status), nextStep: nextSteps[status] })
}

function memberLine(error: unknown): string {
  const { pointer, message } = error as { readonly pointer?: unknown; readonly message?: unknown }
  return `  ${String(pointer)}: ${String(message)}`
}

const nextSteps: Readonly<Record<number, string>> = {
  401: 'Give the administrator token with --token TOKEN or REGISTRAR_ADMIN_TOKEN.',
  404: 'Look it up with the list command of the same noun, and check --realm.',
}
