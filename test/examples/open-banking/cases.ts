import { expect } from 'vitest'
import type { JsonObject } from '../../../src/registration/index.ts'
import { clientKey } from '../../support/client-keys.ts'
import type { Answer, Changes, Ecosystem, Signing } from './ecosystem.ts'

/** A request that differs from a good one in what the title says. */
export interface Case {
  readonly title: string
  readonly error: string
  readonly request?: Changes
  /** Computed where the time matters: cases are made before the server has started. */
  readonly statement?: Changes | (() => Changes)
  readonly signRequest?: Signing
  readonly signStatement?: Signing
  /** What becomes of the statement after it was signed; `undefined`: there is none. */
  readonly tamper?: (statement: string) => string | undefined
}

/** Somebody whom nobody knows. */
export const stranger = await clientKey('PS256', 'software-key')

export const fault = { error: 'invalid_client_metadata' } as const
export const badStatement = { error: 'invalid_software_statement' } as const
export const unapproved = { error: 'unapproved_software_statement' } as const
export const badRedirect = { error: 'invalid_redirect_uri' } as const

/** The members of a registration: those of the good request, the statement in its good form, and what the case wants otherwise. */
export async function membersOf(world: Ecosystem, good: Changes, one: Omit<Case, 'title' | 'error'>): Promise<Changes> {
  const changes = typeof one.statement === 'function' ? one.statement() : one.statement
  const statement = await world.statement(changes, one.signStatement)
  const { tamper = (same: string) => same } = one
  return { ...good, software_statement: tamper(statement), ...one.request }
}

export function withOtherSignature(statement: string): string {
  const at = statement.lastIndexOf('.') + 10
  return `${statement.slice(0, at)}${statement[at] === 'A' ? 'B' : 'A'}${statement.slice(at + 1)}`
}

export function unsigned(statement: string): string {
  const header = Buffer.from(JSON.stringify({ alg: 'none' })).toString('base64url')
  return `${header}.${statement.split('.')[1]}.`
}

/** Refused with that error, and nothing about any client has changed. */
export async function expectRefusal(
  world: Ecosystem,
  send: () => Promise<Answer>,
  { status = 400, error }: { readonly status?: number; readonly error: string },
): Promise<JsonObject> {
  const before = await world.stored()
  const answer = await send()
  expect({ status: answer.status, error: answer.body['error'] }, JSON.stringify(answer.body)).toEqual({ status, error })
  expect(await world.stored()).toBe(before)
  return answer.body as JsonObject
}

/** As a title is printed whole, with the requirement at its end. */
export function byTitle(cases: readonly Case[]): readonly (readonly [string, Case])[] {
  return cases.map((one) => [one.title, one] as const)
}
