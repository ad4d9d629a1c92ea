import type { Static, TSchema } from 'typebox'

/** An endpoint as data: the listener serves it, the OpenAPI document describes it. */
export interface AdminRoute {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** With `:name` for what varies. */
  readonly path: string
  readonly summary: string
  readonly params?: TSchema
  readonly query?: TSchema
  readonly body?: TSchema
  /** What to tell readers about the body, where that is more than what is checked before the handler. */
  readonly describedBody?: object
  /** Besides `application/json`: the body is then a text, or, of `application/x-ndjson`, a stream. */
  readonly otherMediaTypes?: readonly string[]
  /** No JSON at all. */
  readonly otherMediaOnly?: boolean
  /** Where the listener's limit is too narrow. */
  readonly bodyBytesMax?: number
  readonly answers: Readonly<Record<number, { readonly description: string; readonly schema?: object }>>
  readonly handle: (call: AdminCall<unknown, unknown, unknown>) => Promise<Answer>
}

export interface AdminCall<Params, Query, Body> {
  readonly params: Params
  readonly query: Query
  readonly body: Body
  /** Who is asking, for the audit trail. */
  readonly actor: string
}

export interface Answer {
  readonly status: number
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

interface TypedRoute<Params extends TSchema, Query extends TSchema, Body extends TSchema> {
  readonly params?: Params
  readonly query?: Query
  readonly body?: Body
  readonly handle: (call: AdminCall<Static<Params>, Static<Query>, Static<Body>>) => Promise<Answer>
}

/** Ties what a handler receives to the schemas that it was checked against. */
export function adminRoute<Params extends TSchema, Query extends TSchema, Body extends TSchema>(
  route: Omit<AdminRoute, 'params' | 'query' | 'body' | 'handle'> & TypedRoute<Params, Query, Body>,
): AdminRoute {
  return route as AdminRoute
}
