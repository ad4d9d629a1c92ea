import type { AssertionIssuer, JsonObject, Realm } from '../../registration/index.ts'
import { words } from '../runtime.ts'
import { hasScope } from '../scopes.ts'
import type { Confirmation } from '../tokens/jwt-access-token.ts'

type Claims = Readonly<Record<string, unknown>>

/**
 * Names in a foreign token are names of its issuer, unless they say otherwise: a client or person here who happens to be called the
 * same is not meant (RFC 8693 §4.1, §4.4).
 */
export function namedBy(iss: string, party: unknown): Claims | undefined {
  if (typeof party !== 'object' || party === null) return undefined
  const { act, ...names } = party as Claims
  const inner = namedBy(iss, act)
  return { iss, ...names, ...(inner === undefined ? {} : { act: inner }) }
}

/** How many have acted before. */
export function depthOf(act: Claims | undefined): number {
  return act === undefined ? 0 : 1 + depthOf(act['act'] as Claims | undefined)
}

/**
 * What a token can have: what the entry says, and no more than the assertion does. Values of dynamic scopes are in no list, and come
 * from what is asked for.
 */
export function scopesOf(realm: Realm, { scopes: ceiling }: AssertionIssuer, claimed: unknown, asked: readonly string[]) {
  const own = claimed === undefined ? [...new Set([...ceiling, ...asked])] : words(claimed)
  return own.filter((scope) => hasScope(realm, ceiling, scope))
}

/** `undefined`: bound to something that nobody could prove here. */
export function confirmationIn({ cnf }: JsonObject): Confirmation | undefined {
  if (cnf === undefined) return {}
  if (typeof cnf !== 'object' || cnf === null) return undefined
  const { jkt, 'x5t#S256': x5t, ...others } = cnf as Claims
  const known = [jkt, x5t].filter((value) => value !== undefined)
  if (known.length === 0 || Object.keys(others).length > 0 || !known.every((value) => typeof value === 'string')) return undefined
  return cnf as Confirmation
}
