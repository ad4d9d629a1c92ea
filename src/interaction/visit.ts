import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Realm } from '../registration/index.ts'
import { preferredLanguages } from './languages.ts'
import { realmOf } from './realm-of.ts'
import type { Page } from './render-page.ts'
import { type Texts, textsFor } from './texts.ts'

/** One request of a person: in which realm, in which language, and what to answer with. */
export interface Visit {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly realm: Realm
  readonly languages: readonly string[]
  readonly texts: Texts
}

export function visitOf(request: FastifyRequest, reply: FastifyReply, uiLocales?: string): Visit {
  const languages = preferredLanguages(uiLocales, request.headers['accept-language'])
  return { request, reply, realm: realmOf(request), languages, texts: textsFor(languages) }
}

export function show({ reply }: Visit, page: Page): FastifyReply {
  return reply.code(page.status).headers(page.headers).send(page.html)
}

/** The fields of a form; the plugin parses no other kind of body. */
export function formOf(request: FastifyRequest): URLSearchParams {
  return request.body instanceof URLSearchParams ? request.body : new URLSearchParams()
}
