import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CliError, exitCodes } from './cli-error.ts'
import type { CommonOptions } from './common-options.ts'
import { callHttp, exitCodeOf, type HttpAnswer, type HttpCall } from './http-call.ts'
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

type Query = Readonly<Record<string, string | undefined>>

/** The admin API of one realm, or of what stands beside the realms. */
export interface AdminApi {
  get(path: string): Promise<Item>
  post(path: string, body?: Item): Promise<Item>
  put(path: string, body: Item): Promise<Item>
  patch(path: string, body: Item): Promise<Item>
  delete(path: string): Promise<void>
  /** Lines of JSON, answered by lines of JSON. */
  postLines(path: string, lines: string): Promise<readonly Item[]>
  /** Page after page, until there are `limit` items or no more. */
  list(path: string, query: Query, limit?: number): Promise<readonly Item[]>
  /** The same one page at a time, for what may not fit into memory. */
  pages(path: string, query: Query, limit?: number): AsyncGenerator<readonly Item[]>
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
  const send = async (call: Pick<HttpCall, 'method' | 'body' | 'lines'>, path: string): Promise<HttpAnswer> => {
    const whenUnreachable = 'Start a server with `registrar serve`, or name its admin listener with --server URL.'
    const where = { url: `${base}/${path}`, bearerToken, timeoutMilliseconds: options.timeout, whenUnreachable }
    const answer = await callHttp(io, { ...call, ...where })
    if (answer.status >= 200 && answer.status < 300) return answer
    throw refused(answer.status, answer.body)
  }
  const call = async (method: HttpCall['method'], path: string, body?: Item): Promise<Item> =>
    ((await send({ method, body }, path)).body ?? {}) as Item
  const pages: AdminApi['pages'] = (path, query, limit = Number.POSITIVE_INFINITY) =>
    pagesOf((after, size) => call('GET', `${path}?${queryOf({ ...query, after, limit: String(size) })}`), limit)
  return {
    get: (path) => call('GET', path),
    post: (path, body) => call('POST', path, body),
    put: (path, body) => call('PUT', path, body),
    patch: (path, body) => call('PATCH', path, body),
    delete: async (path) => void (await call('DELETE', path)),
    postLines: async (path, lines) => linesOf((await send({ method: 'POST', lines }, path)).text),
    pages,
    async list(path, query, limit) {
      const items: Item[] = []
      for await (const page of pages(path, query, limit)) items.push(...page)
      return items
    },
  }
}

async function* pagesOf(
  page: (after: string | undefined, size: number) => Promise<Item>,
  limit: number,
): AsyncGenerator<readonly Item[]> {
  let after: string | undefined
  let given = 0
  do {
    const { items: found, next } = await page(after, Math.min(pageSize, limit - given))
    const items = Array.isArray(found) ? (found as readonly Item[]) : []
    given += items.length
    yield items
    after = typeof next === 'string' ? next : undefined
  } while (after !== undefined && given < limit)
}

function linesOf(text: string): readonly Item[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Item)
}

function queryOf(query: Query): string {
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
  // One that is about no member may say what `detail` says.
  const telling = Array.isArray(errors) ? errors.filter(({ pointer, message }) => pointer !== '' || message !== detail) : []
  const lines = telling.map(memberLine)
  const message = typeof detail === 'string' ? detail : `the server answered ${status}`
  return new CliError([message, ...lines].join('\n'), { exitCode: exitCodeOf(status), nextStep: nextSteps[status] })
}

function memberLine(error: unknown): string {
  const { pointer, message } = error as { readonly pointer?: unknown; readonly message?: unknown }
  return `  ${pointer === '' ? '' : `${String(pointer)}: `}${String(message)}`
}

const nextSteps: Readonly<Record<number, string>> = {
  401: 'Give the administrator token with --token TOKEN or REGISTRAR_ADMIN_TOKEN.',
  404: 'Look it up with the list command of the same noun, and check --realm.',
}
