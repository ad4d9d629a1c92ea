import { Compile, type Validator } from 'typebox/compile'
import type { TLocalizedValidationError } from 'typebox/error'
import { Value } from 'typebox/value'
import type { AdminRoute } from './admin-route.ts'
import { type MemberProblem, Problem } from './problem.ts'

export interface UncheckedRequest {
  readonly params: unknown
  readonly query: unknown
  readonly body: unknown
}

/** A check for one route: everything that comes in is what its schemas say, or the caller is told member by member. */
export function requestCheck({ params, query, body }: AdminRoute): (request: UncheckedRequest) => UncheckedRequest {
  const [checkParams, checkQuery, checkBody] = [params, query, body].map((schema) => schema && Compile(schema))
  return (request) => {
    const converted = {
      params: request.params,
      // A query holds texts only; `limit=10` is meant as a number.
      query: query === undefined ? request.query : Value.Default(query, Value.Convert(query, { ...(request.query as object) })),
      body: request.body ?? {},
    }
    refuse('path', errorsOf(checkParams, converted.params))
    refuse('query', errorsOf(checkQuery, converted.query))
    refuse('body', [...errorsOf(checkBody, converted.body), ...(checkBody === undefined ? [] : unstorableTexts(converted.body))])
    return converted
  }
}

function refuse(part: 'path' | 'query' | 'body', errors: readonly MemberProblem[]): void {
  if (errors.length === 0) return
  if (part === 'path') throw new Problem(404, 'not_found', 'there is nothing under this path')
  throw new Problem(400, 'invalid_request', `the ${part} of the request is not as it should be; see errors`, { errors })
}

function errorsOf(validator: Validator | undefined, value: unknown): readonly MemberProblem[] {
  if (validator === undefined || validator.Check(value)) return []
  const found = validator.Errors(value).flatMap(toMemberProblems)
  return found.filter(({ pointer }, index) => found.findIndex((other) => other.pointer === pointer) === index)
}

function toMemberProblems(error: TLocalizedValidationError): readonly MemberProblem[] {
  const { instancePath, keyword, message } = error
  // An unknown member is reported twice, as one that no schema allows, and by name; with so many others the latter is cut off.
  if (keyword === 'boolean') return [unknownHere(instancePath)]
  if (keyword === 'additionalProperties')
    return error.params.additionalProperties.map((name) => unknownMember(instancePath, name))
  if (keyword === 'required') return error.params.requiredProperties.map((name) => missingMember(instancePath, name))
  const accepted = keyword === 'enum' ? `must be one of ${error.params.allowedValues.join(', ')}` : message
  return [{ pointer: instancePath, code: 'invalid_value', message: accepted }]
}

function unknownMember(parent: string, name: string): MemberProblem {
  return unknownHere(`${parent}/${escaped(name)}`)
}

function unknownHere(pointer: string): MemberProblem {
  return { pointer, code: 'unknown_member', message: 'is not known here' }
}

function missingMember(parent: string, name: string): MemberProblem {
  return { pointer: `${parent}/${escaped(name)}`, code: 'required', message: 'is missing' }
}

function escaped(step: string): string {
  return step.replaceAll('~', '~0').replaceAll('/', '~1')
}

interface Found {
  readonly name: string
  readonly value: unknown
  readonly pointer: string
}

/** NUL and lone surrogates are JSON, but no text that a database could store. A stack, since bodies can be nested deeply. */
function unstorableTexts(body: unknown): readonly MemberProblem[] {
  const errors: MemberProblem[] = []
  const pending: Found[] = [{ name: '', value: body, pointer: '' }]
  for (let found = pending.pop(); found !== undefined; found = pending.pop()) {
    if (!isStorable(found)) errors.push({ pointer: found.pointer, code: 'invalid_value', message: 'is not well-formed text' })
    pending.push(...membersOf(found))
  }
  return errors
}

function membersOf({ value, pointer }: Found): readonly Found[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).map(([name, member]) => ({ name, value: member, pointer: `${pointer}/${escaped(name)}` }))
}

/** Of the member itself: what is in it gets its own turn. */
function isStorable({ name, value }: Found): boolean {
  const texts = typeof value === 'string' ? [name, value] : [name]
  return texts.every((text) => !text.includes('\0') && !/\p{Surrogate}/u.test(text))
}
