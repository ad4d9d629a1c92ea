import { idTokenInfoPath, isEndpoint, tokenInfoPath } from '../endpoints.ts'
import type { Dialect } from './dialect.ts'
import { standard } from './standard.ts'

/** A request line below the issuer. */
export interface AskedAddress {
  readonly path: string
  readonly method: string
  /** Without the question mark. */
  readonly query: string
}

export interface Translation {
  readonly dialect: Dialect
  /** Relative to the issuer, in the standard dialect. */
  readonly path: string
  /** What registers here is an AI agent. */
  readonly isForAgents?: true
}

/** The first dialect wins where two share a path; below the root of a dialect it leads, and what it has no word of its own for is its own too. */
export function translate(asked: AskedAddress, dialects: readonly Dialect[], leading?: Dialect): Translation {
  if (leading !== undefined) {
    const own = translateInto(asked, leading)
    if (own !== undefined) return own
    if (isEndpoint(asked.path)) return { dialect: leading, path: asked.path }
  }
  for (const dialect of dialects) {
    const translation = translateInto(asked, dialect)
    if (translation !== undefined) return translation
  }
  return { dialect: leading ?? standard, path: asked.path }
}

function translateInto(asked: AskedAddress, dialect: Dialect): Translation | undefined {
  const { paths } = dialect
  const { path } = asked
  const id = paths.configuration.map((form) => findClientId(asked, form)).find((match) => match !== undefined)
  if (id !== undefined) return { dialect, path: standard.paths.registrationClientUri.replace('{client_id}', () => id) }
  if (path === paths.registration) return { dialect, path: standard.paths.registration }
  if (path === paths.agentRegistration) return { dialect, path: standard.paths.registration, isForAgents: true }
  const { inspection } = dialect
  if (path === inspection?.accessTokens.path) return { dialect, path: tokenInfoPath }
  if (path === inspection?.idTokens.path) return { dialect, path: idTokenInfoPath }
  const meant = Object.hasOwn(paths.aliases, path) ? paths.aliases[path] : undefined
  return meant === undefined ? undefined : { dialect, path: meant }
}

const placeholder = '{client_id}'

function findClientId(asked: AskedAddress, form: string): string | undefined {
  return form.includes('?') ? inQuery(asked, form) : inPath(asked.path, form)
}

/** The collection and its members share a path then: what is posted there is new, whatever the query says. */
function inQuery({ path, method, query }: AskedAddress, form: string): string | undefined {
  if (method === 'POST' || path !== form.slice(0, form.indexOf('?'))) return undefined
  const values = new URLSearchParams(query).getAll(form.slice(form.indexOf('?') + 1, form.indexOf('=')))
  return values.length === 1 && values[0] !== '' ? encodeURIComponent(String(values[0])) : undefined
}

/** An identifier right below the issuer stands among all other paths, so it has to look like one that we made: a UUID. */
function inPath(path: string, form: string): string | undefined {
  const prefix = form.slice(0, form.indexOf(placeholder))
  if (!path.startsWith(prefix)) return undefined
  const id = path.slice(prefix.length)
  return (prefix === '/' ? uuid : pathSegment).test(id) ? id : undefined
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const pathSegment = /^[^/]+$/
